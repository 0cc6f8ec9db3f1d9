#include "tests/sim/table_rows.h"

namespace server::sim {

namespace {

using store::memory::Shard;
using store::memory::TaskQueue;
using Rows = std::vector<std::string>;

void add_of_shard(const Shard& shard, const std::string& run_id, const std::string& branch_id,
                  Rows& rows) {
    if (shard.runs.count(run_id) > 0) rows.emplace_back("run");
    if (shard.due.count(run_id) > 0) rows.emplace_back("due time");
    for (const auto& [workflow, current] : shard.current) {
        if (current.run_id == run_id) rows.push_back("current run of " + workflow.second);
    }
    for (const auto& [key, batch] : shard.history) {
        if (key.first == branch_id) rows.push_back("history from " + std::to_string(key.second));
    }
    // Ids are uuids, so their text in a task is theirs.
    for (const auto& [id, task] : shard.outbox) {
        const bool of_run = task.task.find(run_id) != std::string::npos;
        if (of_run) rows.push_back("outbox task " + std::to_string(id.value));
    }
}

void add_of_queue(const TaskQueue& queue, const std::string& run_id, Rows& rows) {
    for (const auto& [id, task] : queue.backlog) {
        const bool of_run = task.task.find(run_id) != std::string::npos;
        if (of_run) rows.push_back("backlog task " + std::to_string(id.value));
    }
}

}  // namespace

std::vector<std::string> rows_of_run(const store::memory::Tables& tables, const std::string& run_id,
                                     const std::string& branch_id) {
    Rows rows;
    for (const auto& [id, shard] : tables.shards) add_of_shard(shard, run_id, branch_id, rows);
    for (const auto& [key, record] : tables.visibility) {
        if (key.second == run_id) rows.emplace_back("visibility record");
    }
    for (const auto& [key, queue] : tables.task_queues) add_of_queue(queue, run_id, rows);
    return rows;
}

void check_rows(const Observed& observed, std::vector<std::string>& found) {
    for (const StoredRows& moment : observed.rows) {
        for (const StoredRows::OfRun& run : moment.runs) {
            if (run.expected == !run.rows.empty()) continue;
            const std::string what =
                run.expected ? " has left the store" : " still has: " + run.rows.front();
            found.push_back("I16: " + moment.when + ", run " + run.run_id + " of " +
                            run.workflow_id + what);
        }
    }
}

}  // namespace server::sim
