#include "tests/support/store_samples.h"

#include <sstream>

#include "tests/support/await.h"

namespace server::tests {

namespace {

using namespace store;

void show(std::ostream& out, const std::optional<StoredRun>& run) {
    if (!run) {
        out << "no run\n";
        return;
    }
    out << "run " << run->run.run_id << " v" << run->version << " " << run->info << "\n";
    for (const auto& [item, value] : run->items) {
        out << "  item " << static_cast<int>(item.kind) << "/" << item.key << "=" << value << "\n";
    }
}

void show_run_tables(std::ostream& out, Runs& runs, const RunKey& run) {
    show(out, must(runs.find_run(kShard, run)));
    if (const auto current =
            must(runs.find_current_run(kShard, run.namespace_id, run.workflow_id))) {
        out << "current " << current->run_id << " " << current->closed << "\n";
    }
    HistoryQuery query{kShard, branch_of(run)};
    for (const auto& batch : must(runs.read_history(std::move(query)))) {
        out << "history " << batch.first_event_id << "/" << batch.transaction_id.value << " "
            << batch.events << "\n";
    }
    for (const auto& task : must(runs.read_outbox(kShard, TaskId{0}, 100))) {
        out << "outbox " << task.id.value << " " << static_cast<int>(task.category) << " "
            << task.task << "\n";
    }
    for (const auto& due : must(runs.read_due_runs(kShard, kNever, std::nullopt, 100))) {
        out << "due " << due.run.run_id << " " << unix_nanos(due.next_due) << "\n";
    }
}

void show_shared_tables(std::ostream& out, Store& store) {
    for (const auto& task : must(store.task_queues().read(sample_queue(), TaskId{0}, 100))) {
        out << "backlog " << task.id.value << " " << unix_nanos(task.expires) << " " << task.task
            << "\n";
    }
    for (const auto& record : must(store.namespaces().list("", 100))) {
        out << "namespace " << record.id << " " << record.name << " v" << record.version << " "
            << record.details << "\n";
    }
    const auto page = must(store.visibility().list(kNamespaceId, visibility::Query{}, 100, ""));
    for (const auto& record : page.records) {
        out << "visibility " << record.run_id << " v" << record.version.value << " status "
            << record.status << " " << record.memo << "\n";
    }
}

}  // namespace

std::string branch_of(const RunKey& run) {
    return run == sample_run() ? kBranchId : "branch of " + run.run_id;
}

TransitionWrite sample_start(RangeId range_id, const RunKey& run) {
    TransitionWrite write;
    write.shard_id = kShard;
    write.range_id = range_id;
    RunWrite started;
    started.run = run;
    started.info = "started";
    started.items = {{{ItemKind::timer, "t1"}, "timer one"},
                     {{ItemKind::activity, "5"}, std::string("\0bytes\xff", 7)}};
    started.history = {{branch_of(run), 1, TaskId{10}, "events 1-3"}};
    started.next_due = kSampleTime;
    write.runs.push_back(std::move(started));
    write.current = CurrentRunWrite{run.namespace_id, run.workflow_id, run.run_id, false, {}};
    write.outbox = {{TaskId{10}, TaskCategory::transfer, "task 10"}};
    write.visibility = {sample_record(run, 10)};
    return write;
}

TransitionWrite sample_step(RangeId range_id, const RunKey& run) {
    TransitionWrite write;
    write.shard_id = kShard;
    write.range_id = range_id;
    RunWrite step;
    step.run = run;
    step.expected_version = 1;
    step.info = "stepped";
    step.items = {{{ItemKind::timer, "t1"}, std::nullopt},
                  {{ItemKind::activity, "5"}, "attempt 2"}};
    step.history = {{branch_of(run), 4, TaskId{20}, "events 4-6"}};
    step.next_due = kSampleTime + 1min;
    write.runs.push_back(std::move(step));
    write.outbox = {{TaskId{20}, TaskCategory::transfer, "task 20"},
                    {TaskId{21}, TaskCategory::visibility, "task 21"}};
    write.visibility = {sample_record(run, 20)};
    write.outbox_done_through = TaskId{10};
    return write;
}

VisibilityRecord sample_record(const RunKey& run, std::int64_t version) {
    VisibilityRecord record;
    record.namespace_id = run.namespace_id;
    record.workflow_id = run.workflow_id;
    record.run_id = run.run_id;
    record.version = TaskId{version};
    record.workflow_type = "OrderWorkflow";
    record.task_queue = "orders";
    record.status = 1;
    record.start_time = kSampleTime;
    record.execution_time = kSampleTime;
    record.memo = "memo at " + std::to_string(version);
    return record;
}

TaskQueueKey sample_queue() { return {kNamespaceId, "/_sys/orders/1", 1}; }

NamespaceRecord sample_namespace(const std::string& id, const std::string& name) {
    return {id, name, 0, "details of " + name};
}

std::string picture(Store& store, const RunKey& run) {
    std::ostringstream out;
    show_run_tables(out, store.runs(), run);
    show_shared_tables(out, store);
    return out.str();
}

}  // namespace server::tests
