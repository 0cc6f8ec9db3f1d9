#pragma once
// The matching role with everything around it, on virtual time and one event loop.

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/matching/service.h"
#include "server/store/memory/memory_store.h"
#include "tests/matching/all_processes.h"
#include "tests/matching/controlled_task_queues.h"
#include "tests/matching/scripted_history.h"
#include "tests/support/catch.h"

namespace server::tests {

inline constexpr char kNamespace[] = "namespace-1";
inline constexpr char kQueue[] = "orders";
inline constexpr char kStickyQueue[] = "worker-1-sticky";
inline constexpr TimePoint kStart = kEpoch + std::chrono::hours(24 * 365 * 56);

// A call under way. `result` is there when it has ended, `ended` says when.
template <class T>
struct Call {
    std::optional<Result<T>> result;
    TimePoint ended;
    std::shared_ptr<Cancellation> cancellation = Cancellation::create();

    bool done() const { return result.has_value(); }
    Code code() const { return done() ? result->status().code() : Code::Unknown; }
    bool has_task() const { return done() && result->ok() && !(*result)->task_token().empty(); }
    bool is_empty() const { return done() && result->ok() && (*result)->task_token().empty(); }
    std::string workflow_id() const {
        return has_task() ? (*result)->workflow_execution().workflow_id() : "";
    }
};
template <class T>
using CallPtr = std::shared_ptr<Call<T>>;

using WorkflowPollCall = CallPtr<rpc::api::PollWorkflowTaskQueueResponse>;
using ActivityPollCall = CallPtr<rpc::api::PollActivityTaskQueueResponse>;
using AddCall = CallPtr<role::v1::AddTaskResponse>;
using QueryCall = CallPtr<rpc::api::QueryWorkflowResponse>;

inline const std::string kHere = "here:1";  // the address of this process

// Live matching processes at these addresses.
cluster::ViewPtr view_of(const std::vector<std::string>& addresses);

struct PollOptions {
    std::string queue = kQueue;
    bool sticky = false;
    std::string identity = "worker-1";
    std::string worker_instance_key{};
    Duration deadline = 70s;
    std::optional<double> rate{};
    int partitions = 1;
};

struct TaskOptions {
    std::string queue = kQueue;
    bool sticky = false;
    int priority = 0;
    Duration expires_after{};  // 0: never
    std::string fairness_key{};
    float fairness_weight = 0;
};

class World {
public:
    explicit World(matching::Options options = {}, std::uint64_t seed = 1)
        : random(seed), options_(std::move(options)) {
        start();
    }
    ~World() { stop(); }

    boost::asio::io_context context;
    FakeClock clock{context, kStart};
    Random random;
    Lanes lanes{3, &context};
    store::memory::MemoryStore memory_store;
    store::TaskQueues& memory = memory_store.task_queues();
    ControlledTaskQueues store{memory};
    ScriptedHistory history;
    telemetry::Registry metrics;
    AllProcesses all_processes;
    std::unique_ptr<matching::Service> matching;

    // The process goes away without a word and another one begins.
    void start() {
        matching =
            std::make_unique<matching::Service>(clock, random, lanes, store, options_, &metrics);
        all_processes.use(*matching);
        matching->connect(history, &all_processes);
    }
    void stop();
    // Becomes true when the stop has ended.
    std::shared_ptr<const bool> begin_stop();
    void restart() {
        stop();
        start();
    }

    void advance(Duration duration) { clock.run_until(clock.now() + duration); }
    void settle() { clock.run_ready(); }

    WorkflowPollCall poll(PollOptions options = {});
    ActivityPollCall poll_activity(PollOptions options = {});
    AddCall add(std::string workflow_id, TaskOptions options = {});
    AddCall add_activity(std::string workflow_id, TaskOptions options = {});
    QueryCall query(std::string queue = kQueue, bool sticky = false, Duration deadline = 30s);
    CallPtr<rpc::api::RespondQueryTaskCompletedResponse> answer_query(
        rpc::api::RespondQueryTaskCompletedRequest answer, std::string namespace_id = kNamespace);
    void shut_down(rpc::api::ShutdownWorkerRequest request);
    Result<rpc::api::DescribeTaskQueueResponse> describe(
        rpc::api::DescribeTaskQueueRequest request);

    rpc::CallContext context_for(TimePoint deadline) const;

    // Runs the call until it ends or nothing is ready.
    template <class T>
    CallPtr<T> run(Async<Result<T>> pending, CallPtr<T> call = std::make_shared<Call<T>>()) {
        boost::asio::co_spawn(context, finish(std::move(pending), call, clock),
                              [](std::exception_ptr failure) {
                                  if (failure) std::rethrow_exception(failure);
                              });
        settle();
        return call;
    }

private:
    template <class T>
    static Async<void> finish(Async<Result<T>> pending, CallPtr<T> call, Clock& clock) {
        call->result = co_await std::move(pending);
        call->ended = clock.now();
    }

    matching::Options options_;
};

}  // namespace server::tests
