// bench_instructions PATH COUNT: does one hot path of the core or the codecs COUNT times, and
// nothing else, so that bench/instructions/run can count the instructions of one.
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include "bench/instructions/hot_run.h"
#include "server/base/assert.h"
#include "server/base/fingerprint32.h"
#include "server/visibility/bind.h"

namespace server::bench {
namespace {

constexpr int kManyTimers = 1'000;
constexpr int kManyActivities = 100;

// All seven transitions of a workflow with one activity.
void one_activity_run(int count) {
    for (int index = 0; index < count; ++index) {
        HotRun run;
        run.schedule(1);
        run.do_activity();
        run.complete();
    }
}

// The four transitions of one more activity, in a run that goes on for ever.
void activity_in_a_long_run(int count) {
    HotRun run;
    for (int index = 0; index < count; ++index) {
        run.schedule(1);
        run.do_activity();
    }
}

void activity_beside_open_timers(int count) {
    HotRun run;
    run.schedule(1, kManyTimers);
    for (int index = 0; index < count; ++index) {
        run.do_activity();
        run.schedule(1);
    }
}

void decode_a_run(int count) {
    HotRun run;
    run.schedule(kManyActivities);
    const std::string info = run.state().encode_info();
    const auto items = run.state().encode_all();
    for (int index = 0; index < count; ++index) {
        const auto decoded = workflow::MutableState::decode(run.state().run(), info, items);
        ASSERT(decoded.ok(), decoded.status().message());
    }
}

void parse_a_list_filter(int count) {
    for (int index = 0; index < count; ++index) {
        const auto query = visibility::compile(
            "WorkflowType = 'OrderWorkflow' AND ExecutionStatus IN ('Running', 'Failed') AND "
            "StartTime > '2026-01-02T03:04:05Z'",
            {});
        ASSERT(query.ok(), query.status().message());
    }
}

void read_a_start_request(int count) {
    workflow::api::StartWorkflowExecutionRequest request;
    request.set_namespace_("default");
    request.set_workflow_id("order-4711");
    request.mutable_workflow_type()->set_name("OrderWorkflow");
    request.mutable_task_queue()->set_name("orders");
    request.set_request_id("7f0c3f0e-0c7e-4c7e-8a52-0f2f6a0c8d11");
    request.mutable_input()->add_payloads()->set_data(std::string(256, 'x'));
    const std::string bytes = request.SerializeAsString();
    for (int index = 0; index < count; ++index) {
        workflow::api::StartWorkflowExecutionRequest read;
        ASSERT(read.ParseFromString(bytes), "unreadable");
    }
}

void find_a_shard(int count) {
    std::uint32_t sum = 0;
    for (int index = 0; index < count; ++index) {
        sum += fingerprint32("3f1c5e5e-0000-4000-8000-000000000000_order-" + std::to_string(index));
    }
    ASSERT(sum != 0, "the fingerprints are used");
}

const std::map<std::string, void (*)(int)> kPaths{
    {"one-activity-run", one_activity_run},
    {"activity-in-a-long-run", activity_in_a_long_run},
    {"activity-beside-1000-open-timers", activity_beside_open_timers},
    {"decode-a-run-of-100-activities", decode_a_run},
    {"parse-a-list-filter", parse_a_list_filter},
    {"read-a-start-request", read_a_start_request},
    {"find-a-shard", find_a_shard},
};

}  // namespace
}  // namespace server::bench

int main(int argc, char* argv[]) {
    const auto& paths = server::bench::kPaths;
    if (argc == 1) {
        for (const auto& [name, path] : paths) std::cout << name << "\n";
        return 0;
    }
    const auto found = paths.find(argv[1]);
    const int count = argc == 3 ? std::atoi(argv[2]) : 0;
    if (found == paths.end() || count <= 0) {
        std::cerr << "bench_instructions PATH COUNT; without arguments the paths\n";
        return 2;
    }
    found->second(count);
    return 0;
}
