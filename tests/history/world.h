#pragma once
// The history role with everything around it, on virtual time and one event loop: the memory store,
// a scripted matching role, and a worker that plays workflows step by step.

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/history/service.h"
#include "server/store/memory/memory_store.h"
#include "tests/history/scripted_matching.h"
#include "tests/support/catch.h"

namespace server::tests {

inline constexpr TimePoint kStart = from_unix_nanos(1'700'000'000'000'000'000);
inline constexpr char kQueue[] = "orders";
inline constexpr char kStickyQueue[] = "worker-1-sticky";
inline constexpr int kWorkflowTask = 1;  // temporal.api.enums.v1.TaskQueueType
inline constexpr int kActivityTask = 2;

namespace api = rpc::api;
using Command = ::temporal::api::command::v1::Command;
using HistoryEvent = workflow::HistoryEvent;

// A call under way. `result` is there when it has ended, `ended` says when.
template <class T>
struct Call {
    std::optional<Result<T>> result;
    TimePoint ended;
    std::shared_ptr<Cancellation> cancellation = Cancellation::create();

    bool done() const { return result.has_value(); }
    Code code() const { return done() ? result->status().code() : Code::Unknown; }
    // The answer of a call that must have succeeded.
    const T& value() const {
        REQUIRE(done());
        INFO(result->status().message());
        REQUIRE(result->ok());
        return **result;
    }
    Status status() const { return done() ? result->status() : Status(Code::Unknown, "pending"); }
};
template <class T>
using CallPtr = std::shared_ptr<Call<T>>;

Command start_timer(const std::string& timer_id, Duration duration);
Command schedule_activity(const std::string& activity_id, Duration timeout = 60s);
Command complete_workflow();
Command continue_as_new();

// "Started WorkflowTaskScheduled …": types of events, short.
std::string kinds(const ::temporal::api::history::v1::History& history);

enum class VisibilityAt { same_database, its_own_database };

class World {
public:
    explicit World(history::Options options = {},
                   VisibilityAt visibility = VisibilityAt::same_database);
    ~World();

    boost::asio::io_context context;
    FakeClock clock{context, kStart};
    Random random{1};
    Lanes lanes{2, &context};
    store::memory::MemoryStore store;
    cluster::NamespaceRegistry namespaces{store.namespaces(), clock, random};
    ScriptedMatching matching;
    history::Options options;
    telemetry::Registry metrics;
    std::unique_ptr<history::Service> history;
    std::string namespace_id;

    void stop();
    // The process stops and another one begins on the same store.
    void restart();
    std::unique_ptr<history::Service> make_service();

    void advance(Duration duration) { clock.run_until(clock.now() + duration); }
    void settle() { clock.run_ready(); }

    // The call runs whenever the event loop does.
    template <class T>
    CallPtr<T> begin(Async<Result<T>> pending, CallPtr<T> call = std::make_shared<Call<T>>()) {
        boost::asio::co_spawn(context, finish(std::move(pending), call, clock), rethrow);
        return call;
    }
    // Runs the call until it ends or nothing is ready.
    template <class T>
    CallPtr<T> run(Async<Result<T>> pending, CallPtr<T> call = std::make_shared<Call<T>>()) {
        begin(std::move(pending), call);
        settle();
        return call;
    }
    template <class T>
    T must(Async<Result<T>> pending) {
        return run(std::move(pending))->value();
    }

    // The client's side. Requests may be changed before they are sent.
    role::v1::StartWorkflowRequest start_request(const std::string& workflow_id);
    CallPtr<api::StartWorkflowExecutionResponse> start(role::v1::StartWorkflowRequest request);
    std::string start(const std::string& workflow_id);  // returns the run id
    role::v1::SignalWorkflowRequest signal_request(const std::string& workflow_id,
                                                   const std::string& name,
                                                   const std::string& request_id = "");
    CallPtr<api::SignalWorkflowExecutionResponse> signal(const std::string& workflow_id,
                                                         const std::string& name,
                                                         const std::string& request_id = "");
    CallPtr<api::TerminateWorkflowExecutionResponse> terminate(const std::string& workflow_id);
    role::v1::GetHistoryRequest history_request(const std::string& workflow_id);
    CallPtr<api::GetWorkflowExecutionHistoryResponse> get_history(
        role::v1::GetHistoryRequest request, TimePoint deadline = kNever);
    ::temporal::api::history::v1::History history_of(const std::string& workflow_id,
                                                     const std::string& run_id = "");
    CallPtr<api::QueryWorkflowResponse> query(const std::string& workflow_id,
                                              TimePoint deadline = kNever);

    // The worker's side. A poll takes the newest task that matching has for the workflow.
    role::v1::RecordWorkflowTaskStartedRequest poll_request(const std::string& workflow_id,
                                                            const std::string& queue = kQueue);
    api::PollWorkflowTaskQueueResponse poll(const std::string& workflow_id,
                                            const std::string& queue = kQueue);
    role::v1::RespondWorkflowTaskCompletedRequest completion(
        const api::PollWorkflowTaskQueueResponse& task, std::vector<Command> commands,
        bool sticky = false);
    CallPtr<api::RespondWorkflowTaskCompletedResponse> complete(
        const api::PollWorkflowTaskQueueResponse& task, std::vector<Command> commands,
        bool sticky = false);
    api::PollActivityTaskQueueResponse poll_activity(const std::string& workflow_id);

    // What the store and the memory have.
    history::Shard& shard_of(const std::string& workflow_id);
    RunKey run_key(const std::string& workflow_id);
    store::StoredRun stored_run(const std::string& workflow_id);
    std::vector<store::OutboxTask> outbox(const std::string& workflow_id);

private:
    template <class T>
    static Async<void> finish(Async<Result<T>> pending, CallPtr<T> call, Clock& clock) {
        call->result = co_await std::move(pending);
        call->ended = clock.now();
    }
    static void rethrow(std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
    }
    void start_service();
};

}  // namespace server::tests
