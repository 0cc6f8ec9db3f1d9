#include "server/store/memory/queries.h"

#include <algorithm>
#include <tuple>

#include "server/store/visibility_cells.h"
#include "server/store/visibility_page.h"

namespace server::store::memory {

namespace {

const Shard* find_shard(const Tables& tables, ShardId shard_id) {
    const auto found = tables.shards.find(shard_id);
    return found == tables.shards.end() ? nullptr : &found->second;
}

template <class Item>
void keep_first(std::vector<Item>& items, std::int32_t count_max) {
    const auto count = static_cast<std::size_t>(std::max(count_max, 0));
    if (items.size() > count)
        items.erase(items.begin() + static_cast<std::ptrdiff_t>(count), items.end());
}

bool due_before(const DueRun& left, const DueRun& right) {
    return std::tie(left.next_due, left.run.run_id) < std::tie(right.next_due, right.run.run_id);
}

bool listed_first(const VisibilityRecord* left, const VisibilityRecord* right) {
    return listed_before(position_of(*left), position_of(*right));
}

// The records of a namespace that the query means, in no special order.
std::vector<const VisibilityRecord*> matching(const Tables& tables, const std::string& namespace_id,
                                              const visibility::Query& query) {
    std::vector<const VisibilityRecord*> records;
    auto at = tables.visibility.lower_bound({namespace_id, std::string()});
    for (; at != tables.visibility.end() && at->first.first == namespace_id; ++at) {
        if (matches(query, VisibilityCells(at->second))) records.push_back(&at->second);
    }
    return records;
}

// Only keywords can be grouped by (visibility/bind.h).
visibility::Cell group_value(const VisibilityRecord& record, const visibility::Column& column) {
    visibility::Cell cell = VisibilityCells(record).cell(column);
    return std::holds_alternative<std::string>(cell) ? cell : visibility::Cell();
}

VisibilityRecord as_listed(const VisibilityRecord& record) {
    VisibilityRecord listed = record;
    listed.attributes.clear();
    return listed;
}

}  // namespace

std::optional<StoredRun> find_run(const Tables& tables, ShardId shard_id, const RunKey& run) {
    const Shard* shard = find_shard(tables, shard_id);
    if (shard == nullptr) return std::nullopt;
    const auto found = shard->runs.find(run.run_id);
    if (found == shard->runs.end() || found->second.run != run) return std::nullopt;
    return found->second;
}

std::optional<CurrentRun> find_current_run(const Tables& tables, ShardId shard_id,
                                           const std::string& namespace_id,
                                           const std::string& workflow_id) {
    const Shard* shard = find_shard(tables, shard_id);
    if (shard == nullptr) return std::nullopt;
    const auto found = shard->current.find({namespace_id, workflow_id});
    return found == shard->current.end() ? std::nullopt : std::optional(found->second);
}

std::vector<HistoryBatch> read_history(const Tables& tables, const HistoryQuery& query) {
    std::vector<HistoryBatch> batches;
    const Shard* shard = find_shard(tables, query.shard_id);
    if (shard == nullptr) return batches;
    auto at = shard->history.lower_bound({query.branch_id, query.first_event_id});
    for (; at != shard->history.end() && at->first.first == query.branch_id; ++at) {
        if (query.end_event_id != 0 && at->first.second >= query.end_event_id) break;
        batches.push_back(at->second);
    }
    if (query.newest_first) std::ranges::reverse(batches);
    keep_first(batches, query.batches_max);
    return batches;
}

std::vector<OutboxTask> read_outbox(const Tables& tables, ShardId shard_id, TaskId after,
                                    std::int32_t count_max) {
    std::vector<OutboxTask> tasks;
    const Shard* shard = find_shard(tables, shard_id);
    if (shard == nullptr) return tasks;
    for (auto at = shard->outbox.upper_bound(after); at != shard->outbox.end(); ++at) {
        tasks.push_back(at->second);
    }
    keep_first(tasks, count_max);
    return tasks;
}

std::vector<DueRun> read_due_runs(const Tables& tables, ShardId shard_id, TimePoint before,
                                  const std::optional<DueRun>& after, std::int32_t count_max) {
    std::vector<DueRun> runs;
    const Shard* shard = find_shard(tables, shard_id);
    if (shard == nullptr) return runs;
    for (const auto& [run_id, next_due] : shard->due) {
        DueRun run{shard->runs.at(run_id).run, next_due};
        if (next_due < before && (!after || due_before(*after, run))) {
            runs.push_back(std::move(run));
        }
    }
    std::ranges::sort(runs, due_before);
    keep_first(runs, count_max);
    return runs;
}

std::vector<std::string> find_partition_names(const Tables& tables, const TaskQueueKey& queue,
                                              std::int32_t count_max) {
    std::vector<std::string> names;
    for (const auto& [key, stored] : tables.task_queues) {
        const bool same_kind = key.namespace_id == queue.namespace_id && key.type == queue.type;
        if (same_kind && stored.queue == queue.name) names.push_back(key.name);
    }
    keep_first(names, count_max);
    return names;
}

std::vector<BacklogTask> read_backlog(const Tables& tables, const TaskQueueKey& queue, TaskId after,
                                      std::int32_t count_max) {
    std::vector<BacklogTask> tasks;
    const auto found = tables.task_queues.find(queue);
    if (found == tables.task_queues.end()) return tasks;
    const auto& backlog = found->second.backlog;
    for (auto at = backlog.upper_bound(after); at != backlog.end(); ++at) {
        tasks.push_back(at->second);
    }
    keep_first(tasks, count_max);
    return tasks;
}

std::optional<NamespaceRecord> find_namespace_by_name(const Tables& tables,
                                                      const std::string& name) {
    for (const auto& [id, record] : tables.namespaces) {
        if (record.name == name) return record;
    }
    return std::nullopt;
}

std::optional<NamespaceRecord> find_namespace_by_id(const Tables& tables, const std::string& id) {
    const auto found = tables.namespaces.find(id);
    return found == tables.namespaces.end() ? std::nullopt : std::optional(found->second);
}

std::vector<NamespaceRecord> list_namespaces(const Tables& tables, const std::string& after,
                                             std::int32_t count_max) {
    std::vector<NamespaceRecord> records;
    for (const auto& [id, record] : tables.namespaces) {
        if (record.name > after) records.push_back(record);
    }
    std::ranges::sort(records, {}, &NamespaceRecord::name);
    keep_first(records, count_max);
    return records;
}

Result<VisibilityPage> list_visibility(const Tables& tables, const std::string& namespace_id,
                                       const visibility::Query& query, std::int32_t page_size,
                                       const std::string& page_token) {
    auto records = matching(tables, namespace_id, query);
    if (!page_token.empty()) {
        TRY_ASSIGN(const PagePosition after, decode_page_token(page_token));
        std::erase_if(records, [&after](const VisibilityRecord* record) {
            return !listed_before(after, position_of(*record));
        });
    }
    std::ranges::sort(records, listed_first);
    const auto size = static_cast<std::size_t>(std::max(page_size, 1));
    VisibilityPage page;
    for (const VisibilityRecord* record : records) {
        if (page.records.size() == size) {
            page.next_page_token = encode_page_token(position_of(page.records.back()));
            break;
        }
        page.records.push_back(as_listed(*record));
    }
    return page;
}

VisibilityCount count_visibility(const Tables& tables, const std::string& namespace_id,
                                 const visibility::Query& query) {
    VisibilityCount count;
    std::map<visibility::Cell, std::int64_t> groups;
    for (const VisibilityRecord* record : matching(tables, namespace_id, query)) {
        ++count.total;
        if (query.group_by) ++groups[group_value(*record, *query.group_by)];
    }
    for (const auto& [value, records] : groups) count.groups.push_back({value, records});
    return count;
}

}  // namespace server::store::memory
