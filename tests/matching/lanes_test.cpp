// The same role on real threads: callers of every lane reach partitions of every other.
#include <latch>

#include "tests/matching/world.h"

namespace server::tests {

namespace {

constexpr int kQueues = 60;

class ThreadSafeHistory final : public ScriptedHistory {
public:
    Async<Result<rpc::api::PollWorkflowTaskQueueResponse>> record_workflow_task_started(
        rpc::CallContext, role::v1::RecordWorkflowTaskStartedRequest request) override {
        rpc::api::PollWorkflowTaskQueueResponse response;
        response.set_task_token(request.execution().workflow_id());
        co_return response;
    }
};

struct Outcome {
    explicit Outcome(std::ptrdiff_t calls) : left(calls) {}
    std::latch left;
    std::atomic<int> tasks = 0;
    std::atomic<int> failures = 0;
};

Async<void> poll_once(matching::Service& matching, std::string queue, Outcome& outcome) {
    role::v1::PollWorkflowTaskQueueRequest request;
    request.set_namespace_id(kNamespace);
    request.mutable_request()->mutable_task_queue()->set_name(queue);
    rpc::CallContext context;
    const auto response =
        co_await matching.poll_workflow_task_queue(std::move(context), std::move(request));
    if (response.ok() && response->response().task_token() == queue) ++outcome.tasks;
    outcome.left.count_down();
}

Async<void> add_once(matching::Service& matching, std::string queue, Outcome& outcome) {
    role::v1::AddTaskRequest request;
    request.set_task_queue(queue);
    request.set_task_queue_type(1);
    request.mutable_task()->set_namespace_id(kNamespace);
    request.mutable_task()->set_workflow_id(queue);
    rpc::CallContext context;
    const auto response = co_await matching.add_task(std::move(context), std::move(request));
    if (!response.ok()) ++outcome.failures;
    outcome.left.count_down();
}

Async<void> stop_all(matching::Service& matching, std::latch& stopped) {
    co_await matching.stop();
    stopped.count_down();
}

}  // namespace

TEST_CASE("polls and tasks meet across threads", "[matching][lanes]") {
    SystemClock clock;
    Random random(1);
    store::memory::MemoryStore store;
    ThreadSafeHistory history;
    Lanes lanes(3);
    matching::Service matching(clock, random, lanes, store.task_queues(), {});
    matching.connect(history);

    Outcome outcome(2 * kQueues);
    for (int queue = 0; queue < kQueues; ++queue) {
        const std::string name = "queue-" + std::to_string(queue);
        lanes.for_key(static_cast<std::size_t>(queue)).spawn(poll_once(matching, name, outcome));
        lanes.for_key(static_cast<std::size_t>(queue) + 1).spawn(add_once(matching, name, outcome));
    }
    outcome.left.wait();
    CHECK(outcome.tasks == kQueues);
    CHECK(outcome.failures == 0);

    std::latch stopped(1);
    lanes.for_key(0).spawn(stop_all(matching, stopped));
    stopped.wait();
    lanes.stop();
}

}  // namespace server::tests
