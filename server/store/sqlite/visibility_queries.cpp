#include "server/store/sqlite/visibility_queries.h"

#include <algorithm>
#include <map>

#include "server/store/sqlite/visibility_filter.h"
#include "server/store/visibility_page.h"
#include "server/visibility/execution_status.h"
#include "server/visibility/text_tokens.h"

namespace server::store::sqlite {

namespace {

using visibility::Cell;
using visibility::Column;

constexpr Sql kListName{"list visibility records", ""};
constexpr Sql kCountName{"count visibility records", ""};

constexpr std::string_view kSelectRecords =
    "SELECT v.workflow_id, v.run_id, v.version, v.workflow_type, v.task_queue, v.status,"
    " v.start_time, v.execution_time, v.close_time, v.history_length, v.history_size_bytes,"
    " v.state_transition_count, v.parent_workflow_id, v.parent_run_id, v.root_workflow_id,"
    " v.root_run_id, v.memo, v.search_attributes FROM visibility v WHERE v.namespace_id = "
    ":namespace";
constexpr std::string_view kListOrder =
    " ORDER BY v.close_time DESC, v.start_time DESC, v.run_id LIMIT ?";
// The first comparison is implied by the second; an index serves it.
constexpr std::string_view kAfterPosition =
    " AND (v.close_time, v.start_time) <= (?, ?)"
    " AND ((v.close_time, v.start_time) < (?, ?) OR v.run_id > ?)";

// The texts of sqlite3_value live as long as the call.
std::string_view argument(sqlite3_value* value) {
    const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
    return {bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void has_token(sqlite3_context* context, int, sqlite3_value** arguments) {
    const std::vector<std::string> present = visibility::text_tokens(argument(arguments[0]));
    const std::vector<std::string> wanted = visibility::text_tokens(argument(arguments[1]));
    const bool found = std::ranges::any_of(wanted, [&present](const std::string& token) {
        return std::ranges::find(present, token) != present.end();
    });
    sqlite3_result_int(context, found ? 1 : 0);
}

// A statement in the making.
class Select {
public:
    Select(std::string_view text, std::vector<visibility::Value> values = {})
        : sql_{std::string(text), std::move(values)} {}

    Select& add(std::string_view text) {
        sql_.text += text;
        return *this;
    }
    template <class... Values>
    Select& with(Values&&... values) {
        (sql_.values.emplace_back(std::forward<Values>(values)), ...);
        return *this;
    }
    Select& add_filter(const visibility::Query& query) {
        if (!query.filter) return *this;
        SqlText filter = translate(*query.filter);
        add(" AND ").add(filter.text);
        for (auto& value : filter.values) sql_.values.push_back(std::move(value));
        return *this;
    }
    const SqlText& sql() const { return sql_; }

private:
    SqlText sql_;
};

// The select must outlive the cursor.
Cursor start(Connection& connection, const Sql& name, const std::string& namespace_id,
             const Select& select) {
    Cursor cursor = connection.query_once(name, select.sql().text);
    cursor.bind_named(":namespace", PackedId(namespace_id));
    for (const visibility::Value& value : select.sql().values) {
        std::visit([&cursor](const auto& bound) { cursor.bind_next(bound); }, value);
    }
    return cursor;
}

std::optional<TimePoint> close_time_of(TimePoint stored) {
    return stored == kNever ? std::nullopt : std::optional<TimePoint>(stored);
}

VisibilityRecord record_of(const Cursor& row, const std::string& namespace_id) {
    VisibilityRecord record;
    record.namespace_id = namespace_id;
    record.workflow_id = row.bytes(0);
    record.run_id = row.bytes(1);
    record.version = TaskId{row.integer(2)};
    record.workflow_type = row.bytes(3);
    record.task_queue = row.bytes(4);
    record.status = static_cast<int>(row.integer(5));
    record.start_time = row.time(6);
    record.execution_time = row.time(7);
    record.close_time = close_time_of(row.time(8));
    record.history_length = row.integer(9);
    record.history_size_bytes = row.integer(10);
    record.state_transition_count = row.integer(11);
    record.parent_workflow_id = row.bytes(12);
    record.parent_run_id = row.bytes(13);
    record.root_workflow_id = row.bytes(14);
    record.root_run_id = row.bytes(15);
    record.memo = row.bytes(16);
    record.search_attributes = row.bytes(17);
    return record;
}

// Only keywords can be grouped by (visibility/bind.h).
Cell group_value(const Cursor& row, const Column& column) {
    if (row.is_null(0)) return std::monostate{};
    const bool is_status =
        column.origin == visibility::Origin::System && column.name == visibility::kExecutionStatus;
    if (!is_status) return row.bytes(0);
    const auto name = visibility::execution_status_name(row.integer(0));
    return name ? Cell(std::string(*name)) : Cell();
}

Result<VisibilityCount> count_groups(Connection& connection, const std::string& namespace_id,
                                     const visibility::Query& query) {
    SqlText expression = column_expression(*query.group_by);
    Select select("SELECT " + expression.text +
                      ", count(*) FROM visibility v"
                      " WHERE v.namespace_id = :namespace",
                  std::move(expression.values));
    select.add_filter(query).add(" GROUP BY 1");
    std::map<Cell, std::int64_t> groups;
    Cursor rows = start(connection, kCountName, namespace_id, select);
    while (rows.next()) groups[group_value(rows, *query.group_by)] += rows.integer(1);
    TRY(rows.status());
    VisibilityCount count;
    for (const auto& [value, records] : groups) {
        count.total += records;
        count.groups.push_back({value, records});
    }
    return count;
}

}  // namespace

Status add_functions(Connection& connection) {
    const int code = sqlite3_create_function_v2(connection.handle(), "has_token", 2,
                                                SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                                has_token, nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? ok_status() : connection.failure(code, "add functions");
}

Result<VisibilityPage> list_visibility(Connection& connection, const std::string& namespace_id,
                                       const visibility::Query& query, std::int32_t page_size,
                                       const std::string& page_token) {
    Select select(kSelectRecords);
    select.add_filter(query);
    if (!page_token.empty()) {
        TRY_ASSIGN(PagePosition after, decode_page_token(page_token));
        select.add(kAfterPosition).with(after.close_time, after.start_time);
        select.with(after.close_time, after.start_time, std::move(after.run_id));
    }
    page_size = std::max(page_size, 1);
    // One more than asked for tells whether there is a next page.
    select.add(kListOrder).with(std::int64_t{page_size} + 1);
    VisibilityPage page;
    Cursor rows = start(connection, kListName, namespace_id, select);
    while (rows.next()) {
        if (page.records.size() == static_cast<std::size_t>(page_size)) {
            page.next_page_token = encode_page_token(position_of(page.records.back()));
            break;
        }
        page.records.push_back(record_of(rows, namespace_id));
    }
    TRY(rows.status());
    return page;
}

Result<VisibilityCount> count_visibility(Connection& connection, const std::string& namespace_id,
                                         const visibility::Query& query) {
    if (query.group_by) return count_groups(connection, namespace_id, query);
    Select select("SELECT count(*) FROM visibility v WHERE v.namespace_id = :namespace");
    select.add_filter(query);
    Cursor row = start(connection, kCountName, namespace_id, select);
    row.next();
    TRY(row.status());
    VisibilityCount count;
    count.total = row.integer(0);
    return count;
}

}  // namespace server::store::sqlite
