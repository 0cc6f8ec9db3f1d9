#pragma once
// What a poll can get: a workflow or activity task, or a query. Both live on the lane of their
// partition.
//
//            ┌────────── poll cancelled ───────────┐
//            ▼                                     │
//   new ─▶ waiting ──── a poll takes it ───▶ handed over ──▶ started | dropped (cause gone,
//   expired)
//            ▲                                     │
//            └── backoff ◀── delayed ◀── history could not say
//
// A task that its partition has forwarded to the root counts as handed over.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "server/base/ids.h"
#include "server/base/time.h"
#include "server/rpc/matching.h"
#include "server/runtime/alarm.h"
#include "server/state/v1/task.pb.h"

namespace server::matching {

inline constexpr int kPriorityDefault = 3;  // 1 is served first, 5 last
inline constexpr int kPriorityLast = 5;

class Backlog;

struct Task {
    enum class State {
        waiting,
        handed_over,
        delayed,
        started,
        dropped,
        abandoned,  // the partition was unloaded
    };

    state::v1::BacklogTask info;
    int priority = kPriorityDefault;
    TimePoint expires = kNever;
    State state = State::waiting;
    // Its place among tasks of one priority (fair_passes.h); it keeps it when a poll gives it back.
    std::uint64_t pass = 0;
    std::uint64_t order = 0;
    TaskId stored_id;              // 0: not in the store
    Backlog* stored_in = nullptr;  // of its partition
    // Of the first record-started call. A later try repeats it: if the first one's answer was lost,
    // history gives it again instead of calling the task obsolete.
    std::string request_id;
    int failures = 0;
    // Whoever adds the task waits here until a poll has started it. Null when it was acknowledged.
    Alarm* adder = nullptr;
    TimePoint adder_waits_until = kNever;
    bool is_forwarded = false;  // another partition has it

    // History has started it, and it is neither stored nor waited for: it is nowhere but here.
    bool is_homeless() const {
        return !info.started_with().empty() && stored_id == TaskId{} && !adder && !is_forwarded;
    }
};
using TaskPtr = std::shared_ptr<Task>;

TaskPtr make_task(state::v1::BacklogTask info);

struct Query {
    Query(Clock& clock, boost::asio::any_io_executor executor)
        : answered(clock, std::move(executor)) {}

    std::string id;
    rpc::api::PollWorkflowTaskQueueResponse task;
    std::uint64_t order = 0;
    Alarm answered;
    std::optional<Result<rpc::api::QueryWorkflowResponse>> answer;
    bool closed = false;  // its caller has left
};
using QueryPtr = std::shared_ptr<Query>;

// Nothing is here: the poll shall wait at the root for what comes there.
struct GoToRoot {};

using Work = std::variant<std::monostate, TaskPtr, QueryPtr, GoToRoot>;
inline bool is_empty(const Work& work) { return std::holds_alternative<std::monostate>(work); }

}  // namespace server::matching
