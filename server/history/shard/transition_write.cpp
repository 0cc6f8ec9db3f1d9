#include "server/history/shard/transition_write.h"

#include "server/cluster/search_attribute_check.h"
#include "server/history/queues/outbox.h"
#include "server/workflow/operations/due.h"

namespace server::history {

namespace {

// What the catalog does not know, or what is of another type than it says, is left out.
store::AttributeValues attribute_values(
    const visibility::SearchAttributeCatalog& catalog,
    const ::temporal::api::common::v1::SearchAttributes& attributes) {
    store::AttributeValues values;
    for (const auto& [name, payload] : attributes.indexed_fields()) {
        const auto column = catalog.find(name);
        if (!column) continue;
        auto cell = cluster::decode_search_attribute(column->type, payload);
        if (!cell || std::holds_alternative<std::monostate>(*cell)) continue;
        values.emplace(name, std::move(*cell));
    }
    return values;
}

}  // namespace

store::VisibilityRecord visibility_record(const workflow::MutableState& state, TaskId version,
                                          const visibility::SearchAttributeCatalog& catalog) {
    const auto& start = state.start();
    const auto& info = state.info();
    store::VisibilityRecord record;
    record.namespace_id = state.run().namespace_id;
    record.workflow_id = state.run().workflow_id;
    record.run_id = state.run().run_id;
    record.version = version;
    record.workflow_type = start.workflow_type();
    record.task_queue = start.task_queue();
    record.status = info.status();
    record.start_time = from_unix_nanos(start.start_time_ns());
    record.execution_time = from_unix_nanos(start.execution_time_ns());
    if (!state.running()) {
        record.close_time = from_unix_nanos(info.close_time_ns());
        record.history_length = info.next_event_id() - 1;
        record.history_size_bytes = info.history_size_bytes();
        record.state_transition_count = info.state_transition_count();
    }
    record.parent_workflow_id = start.parent_execution().workflow_id();
    record.parent_run_id = start.parent_execution().run_id();
    record.root_workflow_id = start.root_execution().workflow_id();
    record.root_run_id = start.root_execution().run_id();
    record.memo = state.attributes().memo().SerializeAsString();
    record.search_attributes = state.attributes().search_attributes().SerializeAsString();
    record.attributes = attribute_values(catalog, state.attributes().search_attributes());
    return record;
}

void add_to_write(store::TransitionWrite& write, const workflow::Transition& transition,
                  const StoredBase& base, const cluster::NamespaceEntry& entry, bool with_record) {
    const workflow::MutableState& next = transition.next;
    store::RunWrite run;
    run.run = next.run();
    run.expected_version = base.version;
    run.info = next.encode_info();
    run.items = next.changed_items();
    run.next_due = workflow::due_to_store(next, base.next_due);
    for (const auto& batch : transition.history) {
        store::HistoryBatch row{next.info().branch_id(), batch.first_event_id, batch.transaction_id,
                                batch.events};
        run.history.push_back(std::move(row));
    }
    for (const auto& task : transition.tasks) {
        store::OutboxTask row{task.id, category_of(task.task), task.task.SerializeAsString()};
        write.outbox.push_back(std::move(row));
    }
    if (with_record && transition.visibility == workflow::VisibilityChange::upsert) {
        const TaskId last{transition.next_task_id.value - 1};
        write.visibility.push_back(visibility_record(next, last, entry.search_attributes));
    }
    write.runs.push_back(std::move(run));
}

}  // namespace server::history
