#include "server/store/postgres/visibility_write.h"

#include "server/store/postgres/attribute_elements.h"

namespace server::store::postgres {

namespace {

constexpr std::string_view kRecordColumns =
    "namespace_id, run_id, version, workflow_id, workflow_type, task_queue, status, division,"
    " start_time, execution_time, close_time, history_length, history_size_bytes,"
    " state_transition_count, parent_workflow_id, parent_run_id, root_workflow_id, root_run_id,"
    " memo, search_attributes";

constexpr std::string_view kReplace =
    " ON CONFLICT (namespace_id, run_id) DO UPDATE SET version = excluded.version,"
    " workflow_id = excluded.workflow_id, workflow_type = excluded.workflow_type,"
    " task_queue = excluded.task_queue, status = excluded.status, division = excluded.division,"
    " start_time = excluded.start_time, execution_time = excluded.execution_time,"
    " close_time = excluded.close_time, history_length = excluded.history_length,"
    " history_size_bytes = excluded.history_size_bytes,"
    " state_transition_count = excluded.state_transition_count,"
    " parent_workflow_id = excluded.parent_workflow_id, parent_run_id = excluded.parent_run_id,"
    " root_workflow_id = excluded.root_workflow_id, root_run_id = excluded.root_run_id,"
    " memo = excluded.memo, search_attributes = excluded.search_attributes,"
    " attributes = excluded.attributes, large_attributes = excluded.large_attributes"
    " WHERE v.version < excluded.version";

void add_unless_empty(Column& column, const std::string& text) {
    if (text.empty()) return column.add_null();
    column.add(text);
}

const std::string* division_of(const VisibilityRecord& record) {
    const auto found = record.attributes.find(visibility::kNamespaceDivision);
    return found == record.attributes.end() ? nullptr : std::get_if<std::string>(&found->second);
}

}  // namespace

std::string pack_division(const std::string* division) {
    return division == nullptr ? std::string() : kDivisionMark + *division;
}

void RecordColumns::add(std::int64_t member, const VisibilityRecord& record) {
    members_.add(member);
    namespaces_.add(pack_id(record.namespace_id));
    run_ids_.add(record.run_id);
    versions_.add(record.version.value);
    workflow_ids_.add(record.workflow_id);
    types_.add(record.workflow_type);
    task_queues_.add(record.task_queue);
    statuses_.add(std::int64_t{record.status});
    divisions_.add(pack_division(division_of(record)));
    start_times_.add(unix_nanos(record.start_time));
    execution_times_.add(unix_nanos(record.execution_time));
    close_times_.add(unix_nanos(record.close_time.value_or(kNever)));
    lengths_.add(record.history_length);
    sizes_.add(record.history_size_bytes);
    transition_counts_.add(record.state_transition_count);
    add_unless_empty(parent_workflow_ids_, record.parent_workflow_id);
    add_unless_empty(parent_run_ids_, record.parent_run_id);
    add_unless_empty(root_workflow_ids_, record.root_workflow_id);
    add_unless_empty(root_run_ids_, record.root_run_id);
    memos_.add(record.memo);
    search_attributes_.add(record.search_attributes);
    add_attributes(record);
}

void RecordColumns::add_attributes(const VisibilityRecord& record) {
    begins_.add(static_cast<std::int64_t>(elements_.size()));
    large_begins_.add(static_cast<std::int64_t>(large_elements_.size()));
    for (const auto& [name, cell] : record.attributes) {
        if (name == visibility::kNamespaceDivision) continue;
        for (const std::string& element : elements_of(name, cell)) {
            const bool large = element.size() > kIndexedElementBytesMax;
            (large ? large_elements_ : elements_).add(element);
        }
    }
    ends_.add(static_cast<std::int64_t>(elements_.size()));
    large_ends_.add(static_cast<std::int64_t>(large_elements_.size()));
}

void RecordColumns::add_upsert(SqlBuilder& sql, std::string_view alive) {
    sql.add("INSERT INTO visibility AS v (").add(kRecordColumns);
    sql.add(", attributes, large_attributes) SELECT ").add(kRecordColumns);
    sql.add(
        ", CASE WHEN i.end_at > i.begin_at THEN e.elements[i.begin_at + 1 : i.end_at] END,"
        " CASE WHEN i.large_end > i.large_begin"
        " THEN e.large_elements[i.large_begin + 1 : i.large_end] END");
    const std::initializer_list<Column*> columns = {&members_,
                                                    &namespaces_,
                                                    &run_ids_,
                                                    &versions_,
                                                    &workflow_ids_,
                                                    &types_,
                                                    &task_queues_,
                                                    &statuses_,
                                                    &divisions_,
                                                    &start_times_,
                                                    &execution_times_,
                                                    &close_times_,
                                                    &lengths_,
                                                    &sizes_,
                                                    &transition_counts_,
                                                    &parent_workflow_ids_,
                                                    &parent_run_ids_,
                                                    &root_workflow_ids_,
                                                    &root_run_ids_,
                                                    &memos_,
                                                    &search_attributes_,
                                                    &begins_,
                                                    &ends_,
                                                    &large_begins_,
                                                    &large_ends_};
    const std::string names =
        "member, " + std::string(kRecordColumns) + ", begin_at, end_at, large_begin, large_end";
    sql.add_rows(columns, names).add(", (SELECT ").add(elements_);
    sql.add(" AS elements, ").add(large_elements_).add(" AS large_elements) AS e WHERE ");
    sql.add(alive).add(kReplace);
}

Call write_records_call(const NewestRecords& records) {
    RecordColumns columns;
    for (const auto& [key, record] : records) columns.add(1, *record);
    SqlBuilder sql;
    columns.add_upsert(sql, "true");
    return Call{"write visibility records", sql.take_text(), sql.take_arguments()};
}

Call remove_records_call(const std::vector<RunKey>& runs) {
    Column namespaces(Column::Kind::bytes);
    Column run_ids(Column::Kind::bytes);
    for (const RunKey& run : runs) {
        namespaces.add(pack_id(run.namespace_id));
        run_ids.add(run.run_id);
    }
    SqlBuilder sql;
    sql.add("DELETE FROM visibility v USING unnest(").add(namespaces).add(", ").add(run_ids);
    sql.add(
        ") AS i (namespace_id, run_id)"
        " WHERE v.namespace_id = i.namespace_id AND v.run_id = i.run_id");
    return Call{"remove visibility records", sql.take_text(), sql.take_arguments()};
}

}  // namespace server::store::postgres
