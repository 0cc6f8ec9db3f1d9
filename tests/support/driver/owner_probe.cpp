#include "tests/support/driver/owner_probe.h"

#include "server/base/assert.h"
#include "server/base/fingerprint32.h"
#include "tests/support/driver/latencies.h"

namespace server::driver {

namespace {

// A call to a host that says nothing is given up after this, so that the next may go elsewhere.
constexpr Duration kCallTimeout = 2s;
constexpr Duration kPause = 20ms;

// A workflow id of this shard that nobody uses.
std::string unused_workflow_id(const std::string& namespace_id, int shard, int shard_count) {
    for (int number = 0;; ++number) {
        std::string id = "nobody-" + std::to_string(number);
        if (shard_of(namespace_id, id, shard_count).value == shard) return id;
    }
}

}  // namespace

Async<Status> OwnerProbe::wait_until_owned(Duration patience) {
    const TimePoint end = clock_.now() + patience;
    silent_shards_ = history_shards_;
    silent_queue_ = true;
    Tasks probes(lane_, clock_);
    for (int shard = 1; shard <= history_shards_; ++shard) probes.spawn(ask_shard(shard, end));
    probes.spawn(ask_queue(end));
    const bool ended = co_await probes.wait_until(end + 2 * kCallTimeout);
    ASSERT(ended, "a probe outlives its patience");
    if (silent_shards_ == 0 && !silent_queue_) co_return ok_status();
    co_return unavailable(std::to_string(silent_shards_) + " shards" +
                          (silent_queue_ ? " and the task queue" : "") + " had no owner for " +
                          in_milliseconds(patience));
}

Async<void> OwnerProbe::ask_shard(int shard, TimePoint end) {
    api::DescribeWorkflowExecutionRequest request;
    request.set_namespace_(client_.options().namespace_name);
    request.mutable_execution()->set_workflow_id(
        unused_workflow_id(namespace_id_, shard, history_shards_));
    while (clock_.now() < end) {
        const auto answer =
            co_await client_.call<api::DescribeWorkflowExecutionResponse>(request, kCallTimeout);
        // The answer of the owner.
        if (answer.status().code() == Code::NotFound) {
            --silent_shards_;
            co_return;
        }
        ++failures_;
        co_await clock_.sleep_for(kPause);
    }
}

Async<void> OwnerProbe::ask_queue(TimePoint end) {
    api::DescribeTaskQueueRequest request;
    request.set_namespace_(client_.options().namespace_name);
    request.mutable_task_queue()->set_name(task_queue_);
    request.set_task_queue_type(enums::TASK_QUEUE_TYPE_WORKFLOW);
    while (clock_.now() < end) {
        const auto answer =
            co_await client_.call<api::DescribeTaskQueueResponse>(request, kCallTimeout);
        if (answer.ok()) {
            silent_queue_ = false;
            co_return;
        }
        ++failures_;
        co_await clock_.sleep_for(kPause);
    }
}

}  // namespace server::driver
