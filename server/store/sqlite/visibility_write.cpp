#include "server/store/sqlite/visibility_write.h"

namespace server::store::sqlite {

namespace {

constexpr Sql kFindRecord{"find visibility record",
                          "SELECT record_key, version, start_time, execution_time, workflow_id,"
                          " workflow_type, task_queue, parent_workflow_id, parent_run_id,"
                          " root_workflow_id, root_run_id FROM visibility"
                          " WHERE namespace_id = ?1 AND run_id = ?2"};
constexpr Sql kFindKey{"find visibility key",
                       "SELECT record_key FROM visibility WHERE namespace_id = ?1 AND run_id = ?2"};
constexpr Sql kInsertRecord{
    "insert visibility record",
    "INSERT INTO visibility (record_key, namespace_id, run_id, version, workflow_id, workflow_type,"
    " task_queue, status, division, start_time, execution_time, close_time, history_length,"
    " history_size_bytes, state_transition_count, parent_workflow_id, parent_run_id,"
    " root_workflow_id, root_run_id, memo, search_attributes)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
    " ?16, ?17, ?18, ?19, ?20, ?21)"};
// What may change while a run lives. SQLite rewrites the index of every column that a SET names, so
// the others stay out.
constexpr Sql kUpdateRecord{"update visibility record",
                            "UPDATE visibility SET version = ?2, status = ?3, division = ?4,"
                            " close_time = ?5, history_length = ?6, history_size_bytes = ?7,"
                            " state_transition_count = ?8, memo = ?9, search_attributes = ?10"
                            " WHERE record_key = ?1"};
constexpr Sql kDeleteRecord{"delete visibility record",
                            "DELETE FROM visibility WHERE record_key = ?1"};
constexpr Sql kDeleteAttributes{"delete search attributes",
                                "DELETE FROM visibility_attribute WHERE record_key = ?1"};
constexpr Sql kInsertAttribute{"insert search attribute",
                               "INSERT INTO visibility_attribute (record_key, name, position, kind,"
                               " value) VALUES (?1, ?2, ?3, ?4, ?5)"};

using visibility::Cell;

// A column of its own, so that the indexes of lists can begin with it.
const std::string* division_of(const VisibilityRecord& record) {
    const auto found = record.attributes.find(visibility::kNamespaceDivision);
    return found == record.attributes.end() ? nullptr : std::get_if<std::string>(&found->second);
}

std::optional<std::string_view> nullable(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

std::optional<std::string_view> nullable(const std::string* text) {
    return text == nullptr ? std::nullopt : std::optional<std::string_view>(*text);
}

// The stored record; key 0: there is none. `fixed_part_same`: only what kUpdateRecord sets differs.
struct StoredRecord {
    std::int64_t key = 0;
    TaskId version;
    bool fixed_part_same = false;
};

bool fixed_part_same(const Cursor& row, const VisibilityRecord& record) {
    return row.time(2) == record.start_time && row.time(3) == record.execution_time &&
           row.view(4) == record.workflow_id && row.view(5) == record.workflow_type &&
           row.view(6) == record.task_queue && row.view(7) == record.parent_workflow_id &&
           row.view(8) == record.parent_run_id && row.view(9) == record.root_workflow_id &&
           row.view(10) == record.root_run_id;
}

Result<StoredRecord> find_record(Connection& connection, const VisibilityRecord& record) {
    Cursor row = connection.query(kFindRecord, PackedId(record.namespace_id), record.run_id);
    StoredRecord stored;
    if (row.next()) {
        stored = {row.integer(0), TaskId{row.integer(1)}, fixed_part_same(row, record)};
    }
    TRY(row.status());
    return stored;
}

Status insert_record(Connection& connection, const std::optional<std::int64_t>& key,
                     const VisibilityRecord& record) {
    return connection.run(
        kInsertRecord, key, PackedId(record.namespace_id), record.run_id, record.version.value,
        record.workflow_id, record.workflow_type, record.task_queue, record.status,
        nullable(division_of(record)), record.start_time, record.execution_time,
        record.close_time.value_or(kNever), record.history_length, record.history_size_bytes,
        record.state_transition_count, nullable(record.parent_workflow_id),
        nullable(record.parent_run_id), nullable(record.root_workflow_id),
        nullable(record.root_run_id), Blob{record.memo}, Blob{record.search_attributes});
}

Status replace_record(Connection& connection, const StoredRecord& stored,
                      const VisibilityRecord& record) {
    TRY(connection.run(kDeleteAttributes, stored.key));
    if (!stored.fixed_part_same) {
        TRY(connection.run(kDeleteRecord, stored.key));
        return insert_record(connection, stored.key, record);
    }
    return connection.run(kUpdateRecord, stored.key, record.version.value, record.status,
                          nullable(division_of(record)), record.close_time.value_or(kNever),
                          record.history_length, record.history_size_bytes,
                          record.state_transition_count, Blob{record.memo},
                          Blob{record.search_attributes});
}

// Inserts the rows of one attribute.
class AttributeRows {
public:
    AttributeRows(Connection& connection, std::int64_t record_key, const std::string& name)
        : connection_(connection), record_key_(record_key), name_(name) {}

    Status operator()(std::monostate) { return ok_status(); }
    Status operator()(const std::string& text) { return insert(AttributeKind::text, text); }
    Status operator()(std::int64_t number) { return insert(AttributeKind::number, number); }
    Status operator()(double number) { return insert(AttributeKind::number, number); }
    Status operator()(bool value) { return insert(AttributeKind::boolean, value); }
    Status operator()(TimePoint time) { return insert(AttributeKind::time, time); }
    Status operator()(const std::vector<std::string>& list) {
        for (const std::string& element : list) TRY(insert(AttributeKind::element, element));
        return ok_status();
    }

private:
    template <class Value>
    Status insert(AttributeKind kind, const Value& value) {
        return connection_.run(kInsertAttribute, record_key_, name_, position_++,
                               static_cast<std::int64_t>(kind), value);
    }

    Connection& connection_;
    std::int64_t record_key_;
    const std::string& name_;
    std::int64_t position_ = 0;
};

Status insert_attributes(Connection& connection, std::int64_t record_key,
                         const AttributeValues& attributes) {
    for (const auto& [name, cell] : attributes) {
        if (name == visibility::kNamespaceDivision) continue;
        TRY(std::visit(AttributeRows(connection, record_key, name), cell));
    }
    return ok_status();
}

}  // namespace

std::size_t size_bytes_of(const std::vector<VisibilityRecord>& records) {
    std::size_t bytes = 0;
    for (const VisibilityRecord& record : records) {
        bytes += record.memo.size() + record.search_attributes.size();
    }
    return bytes;
}

Status write_visibility(Connection& connection, const VisibilityRecord& record) {
    TRY_ASSIGN(StoredRecord stored, find_record(connection, record));
    if (stored.key == 0) {
        TRY(insert_record(connection, std::nullopt, record));
        stored.key = connection.last_row_id();
    } else {
        if (stored.version >= record.version) return ok_status();
        TRY(replace_record(connection, stored, record));
    }
    return insert_attributes(connection, stored.key, record.attributes);
}

Status delete_visibility(Connection& connection, const std::string& namespace_id,
                         const std::string& run_id) {
    std::optional<std::int64_t> key;
    {
        Cursor row = connection.query(kFindKey, PackedId(namespace_id), run_id);
        if (row.next()) key = row.integer(0);
        TRY(row.status());
    }
    if (!key) return ok_status();
    TRY(connection.run(kDeleteAttributes, *key));
    return connection.run(kDeleteRecord, *key);
}

}  // namespace server::store::sqlite
