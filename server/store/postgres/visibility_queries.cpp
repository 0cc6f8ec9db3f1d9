#include "server/store/postgres/visibility_queries.h"

#include <algorithm>
#include <map>

#include "server/store/postgres/visibility_filter.h"
#include "server/store/visibility_page.h"
#include "server/visibility/execution_status.h"

namespace server::store::postgres {

namespace {

using visibility::Cell;

constexpr std::string_view kSelectRecords =
    "SELECT v.workflow_id, v.run_id, v.version, v.workflow_type, v.task_queue, v.status,"
    " v.start_time, v.execution_time, v.close_time, v.history_length, v.history_size_bytes,"
    " v.state_transition_count, v.parent_workflow_id, v.parent_run_id, v.root_workflow_id,"
    " v.root_run_id, v.memo, v.search_attributes FROM visibility v WHERE v.namespace_id = ";

void add_from(SqlBuilder& sql, const std::string& namespace_id, const visibility::Query& query) {
    sql.add_argument(pack_id(namespace_id), "bytea");
    if (!query.filter) return;
    sql.add(" AND ");
    add_filter(sql, *query.filter);
}

// Open runs have the greatest close_time, so they come first. The first condition is implied by the
// second; the index of the order serves it.
void add_position(SqlBuilder& sql, const PagePosition& after) {
    sql.add(" AND v.close_time <= ").add_argument(after.close_time, "int8");
    sql.add(" AND (v.close_time < ").add_argument(after.close_time, "int8");
    sql.add(" OR v.start_time < ").add_argument(after.start_time, "int8");
    sql.add(" OR (v.start_time = ").add_argument(after.start_time, "int8");
    sql.add(" AND v.run_id > ").add_argument(after.run_id, "bytea").add("))");
}

Transaction unnamed(std::string name, SqlBuilder sql) {
    Call call{std::move(name), sql.take_text(), sql.take_arguments(), false};
    Transaction transaction;
    transaction.push_back(std::move(call));
    return transaction;
}

std::string text_at(const Rows& rows, int row, int column) {
    return rows.is_null(row, column) ? std::string() : rows.bytes(row, column);
}

VisibilityRecord record_at(const Rows& rows, int row, const std::string& namespace_id) {
    VisibilityRecord record;
    record.namespace_id = namespace_id;
    record.workflow_id = rows.bytes(row, 0);
    record.run_id = rows.bytes(row, 1);
    record.version = TaskId{rows.integer(row, 2)};
    record.workflow_type = rows.bytes(row, 3);
    record.task_queue = rows.bytes(row, 4);
    record.status = static_cast<int>(rows.integer(row, 5));
    record.start_time = rows.time(row, 6);
    record.execution_time = rows.time(row, 7);
    if (rows.time(row, 8) != kNever) record.close_time = rows.time(row, 8);
    record.history_length = rows.integer(row, 9);
    record.history_size_bytes = rows.integer(row, 10);
    record.state_transition_count = rows.integer(row, 11);
    record.parent_workflow_id = text_at(rows, row, 12);
    record.parent_run_id = text_at(rows, row, 13);
    record.root_workflow_id = text_at(rows, row, 14);
    record.root_run_id = text_at(rows, row, 15);
    record.memo = rows.bytes(row, 16);
    record.search_attributes = rows.bytes(row, 17);
    return record;
}

// Only keywords can be grouped by (visibility/bind.h).
Cell group_at(const Rows& rows, int row, const visibility::Column& column) {
    if (rows.is_null(row, 0)) return std::monostate{};
    const bool is_status =
        column.origin == visibility::Origin::System && column.name == visibility::kExecutionStatus;
    if (!is_status) return rows.bytes(row, 0);
    const auto name = visibility::execution_status_name(rows.integer(row, 0));
    return name ? Cell(std::string(*name)) : Cell();
}

std::int32_t at_least_one(std::int32_t page_size) { return std::max(page_size, 1); }

}  // namespace

Result<Transaction> list_query(const std::string& namespace_id, const visibility::Query& query,
                               std::int32_t page_size, const std::string& page_token) {
    SqlBuilder sql;
    sql.add(kSelectRecords);
    add_from(sql, namespace_id, query);
    if (!page_token.empty()) {
        TRY_ASSIGN(const PagePosition after, decode_page_token(page_token));
        add_position(sql, after);
    }
    sql.add(" ORDER BY v.close_time DESC, v.start_time DESC, v.run_id LIMIT ");
    // One more than asked for tells whether there is a next page.
    sql.add_argument(std::int64_t{at_least_one(page_size)} + 1, "int8");
    return unnamed("list visibility records", std::move(sql));
}

Result<VisibilityPage> page_read(const std::string& namespace_id, std::int32_t page_size,
                                 const std::vector<Rows>& rows) {
    VisibilityPage page;
    const int records_max = at_least_one(page_size);
    for (int row = 0; row < std::min(rows[0].count(), records_max); ++row) {
        page.records.push_back(record_at(rows[0], row, namespace_id));
    }
    if (rows[0].count() > records_max) {
        page.next_page_token = encode_page_token(position_of(page.records.back()));
    }
    return page;
}

Transaction count_query(const std::string& namespace_id, const visibility::Query& query) {
    SqlBuilder sql;
    sql.add("SELECT ");
    if (query.group_by) {
        add_column(sql, *query.group_by);
    } else {
        sql.add("NULL");
    }
    sql.add(", count(*) FROM visibility v WHERE v.namespace_id = ");
    add_from(sql, namespace_id, query);
    if (query.group_by) sql.add(" GROUP BY 1");
    return unnamed("count visibility records", std::move(sql));
}

Result<VisibilityCount> count_read(const std::optional<visibility::Column>& group_by,
                                   const std::vector<Rows>& rows) {
    VisibilityCount count;
    std::map<Cell, std::int64_t> groups;
    for (int row = 0; row < rows[0].count(); ++row) {
        count.total += rows[0].integer(row, 1);
        if (group_by) groups[group_at(rows[0], row, *group_by)] += rows[0].integer(row, 1);
    }
    for (const auto& [value, records] : groups) count.groups.push_back({value, records});
    return count;
}

}  // namespace server::store::postgres
