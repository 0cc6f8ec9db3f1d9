#include "server/visibility/bind.h"

#include "server/visibility/execution_status.h"
#include "tests/visibility/support.h"

namespace server::visibility {

namespace {

using BoundCondition = Condition<Column, Value>;
using BoundCombination = Combination<Column, Value>;

constexpr BindOptions kCount{.use = QueryUse::Count};

std::string bind_refusal(std::string_view text, const BindOptions& options = {}) {
    return message_of(compile(text, sample_catalog(), options));
}

// The condition of a query that has one, without the hidden division.
BoundCondition bound_condition(std::string_view text) {
    const auto query = must(compile(text, sample_catalog()));
    const auto& both = std::get<BoundCombination>(query.filter->node);
    REQUIRE(both.operands.size() == 2);
    return std::get<BoundCondition>(both.operands.back().node);
}

Value bound_value(std::string_view text) {
    const BoundCondition condition = bound_condition(text);
    REQUIRE(condition.values.size() == 1);
    return condition.values.front();
}

const Column kDivision{"TemporalNamespaceDivision", ValueType::Keyword, Origin::Predefined};

}  // namespace

TEST_CASE("a literal becomes a value of its column's type", "[visibility][bind]") {
    const auto [text, value] = GENERATE(table<std::string_view, Value>({
        {"WorkflowId = 'a'", std::string("a")},
        {"Customer = '2'", std::string("2")},
        {"Tags = 'a'", std::string("a")},
        {"Note = 'Fox!'", std::string("fox")},
        {"Count = 2", std::int64_t{2}},
        {"Count > 2.5", 2.5},
        {"Price = 2", 2.0},
        {"Price = 2.5", 2.5},
        {"Paid = true", true},
        {"Due = '1970-01-01T00:00:01Z'", kEpoch + 1s},
        {"Due = '1970-01-01T01:00:01.5+01:00'", kEpoch + 1500ms},
        {"StartTime > 1000000000", kEpoch + 1s},
        {"StartTime > -1", kEpoch - 1ns},
        {"ExecutionStatus = 'Running'", std::string("Running")},
        {"ExecutionStatus = 'WORKFLOW_EXECUTION_STATUS_TIMED_OUT'", std::string("TimedOut")},
        {"ExecutionStatus = 6", std::string("ContinuedAsNew")},
        {"ExecutionDuration > '1h5m'", std::int64_t{3'900'000'000'000}},
        {"ExecutionDuration > '2d'", std::int64_t{172'800'000'000'000}},
        {"ExecutionDuration > '01:05:00'", std::int64_t{3'900'000'000'000}},
        {"ExecutionDuration > '17'", std::int64_t{17}},
        {"ExecutionDuration > 17", std::int64_t{17}},
        {"HistoryLength > 10", std::int64_t{10}},
    }));
    INFO(text);
    CHECK(bound_value(text) == value);
}

TEST_CASE("a literal of the wrong type is refused with its place", "[visibility][bind]") {
    const auto [text, reason] = GENERATE(table<std::string_view, std::string>({
        {"Customer = 2",
         "invalid value type for search attribute Customer of type Keyword: 2 (int)"},
        {"Tags = true", "invalid value type for search attribute Tags of type KeywordList: TRUE"},
        {"Note = 5.5",
         "invalid value type for search attribute Note of type Text: 5.500000 (double)"},
        {"Count = '2'", "invalid value type for search attribute Count of type Int: '2' (string)"},
        {"Price = true", "invalid value type for search attribute Price of type Double: TRUE"},
        {"Paid = 'true'",
         "invalid value type for search attribute Paid of type Bool: 'true' (string)"},
        {"Due = 1.5",
         "invalid value type for search attribute Due of type Datetime: 1.500000 (double)"},
        {"Due = false", "invalid value type for search attribute Due of type Datetime: FALSE"},
        {"Due = 'noon'", "unable to parse datetime 'noon' (write it as 2006-01-02T15:04:05Z)"},
        {"ExecutionStatus = true",
         "invalid value type for search attribute ExecutionStatus of type Keyword: TRUE"},
        {"ExecutionDuration = 1.5",
         "invalid value type for search attribute ExecutionDuration of type Int: 1.500000 "
         "(double)"},
        {"ExecutionDuration = '1w'",
         "invalid duration value for search attribute ExecutionDuration: '1w' (write it as 1h5m, "
         "2d, "
         "01:05:00 or nanoseconds)"},
        {"Note = '. -'", "no tokens found filtering on Text type search attribute Note: '. -'"},
        {"Note != ''", "no tokens found filtering on Text type search attribute Note: ''"},
    }));
    const std::size_t place = text.find_first_of("=") + 3;
    CHECK(bind_refusal(text) ==
          "invalid query: invalid expression: " + reason + " at position " + std::to_string(place));
}

TEST_CASE("an unknown status is refused with those that exist", "[visibility][bind]") {
    const auto [text, shown] = GENERATE(table<std::string_view, std::string>({
        {"ExecutionStatus = 'running'", "'running' (string)"},
        {"ExecutionStatus = 9", "9 (int)"},
        {"ExecutionStatus = -1", "-1 (int)"},
        {"ExecutionStatus = 4294967297", "4294967297 (int)"},
    }));
    CHECK(
        bind_refusal(text) ==
        "invalid query: invalid expression: invalid ExecutionStatus value " + shown +
            " (one of Running, Completed, Failed, Canceled, Terminated, ContinuedAsNew, TimedOut, "
            "Paused) at position 19");
}

TEST_CASE("status numbers and names are those of the wire", "[visibility][bind]") {
    const auto [number, name] = GENERATE(table<int, std::string_view>({
        {0, "Unspecified"},
        {1, "Running"},
        {2, "Completed"},
        {3, "Failed"},
        {4, "Canceled"},
        {5, "Terminated"},
        {6, "ContinuedAsNew"},
        {7, "TimedOut"},
        {8, "Paused"},
    }));
    CHECK(execution_status_name(number) == name);
    CHECK(find_execution_status(name) == number);
}

TEST_CASE("every type has its operators and no others", "[visibility][bind]") {
    const auto [column, literal, allowed] = GENERATE(table<std::string, std::string, std::string>({
        {"Note", "'x'", "= !="},
        {"Customer", "'x'", "= != < <= > >= IN STARTS_WITH BETWEEN"},
        {"ExecutionStatus", "'Failed'", "= != < <= > >= IN STARTS_WITH BETWEEN"},
        {"Count", "1", "= != < <= > >= IN BETWEEN"},
        {"Price", "1.5", "= != < <= > >= IN BETWEEN"},
        {"Paid", "TRUE", "= != < <= > >= IN"},
        {"Due", "1", "= != < <= > >= IN BETWEEN"},
        {"Tags", "'x'", "= != IN"},
    }));
    const std::string op =
        GENERATE(as<std::string>(), "=", "!=", "<", "<=", ">", ">=", "IN", "NOT IN", "STARTS_WITH",
                 "NOT STARTS_WITH", "BETWEEN", "NOT BETWEEN", "IS NULL", "IS NOT NULL");
    const bool is_list = op.ends_with("IN");
    const bool is_range = op.ends_with("BETWEEN");
    const bool is_null_test = op.starts_with("IS");
    std::string text = column + " " + op;
    if (!is_null_test) text += is_list ? " (" + literal + ")" : " " + literal;
    if (is_range) text += " AND " + literal;
    INFO(text);

    const std::string positive = op.starts_with("NOT ") ? op.substr(4) : op;
    const bool is_allowed =
        is_null_test || (" " + allowed + " ").find(" " + positive + " ") != std::string::npos;
    const std::string message = bind_refusal(text);
    const std::string type(to_string(sample_catalog().resolve(column)->type));
    if (is_allowed) {
        CHECK(message == "");
    } else if (is_range) {
        CHECK(message ==
              "invalid query: invalid expression: cannot do range condition on search "
              "attribute '" +
                  column + "' of type " + type + " at position 1");
    } else {
        CHECK(message == "invalid query: operation is not supported: operator '" + op +
                             "' not supported for " + type + " type search attribute '" + column +
                             "' at position 1");
    }
}

TEST_CASE("an unknown name is refused with its place", "[visibility][bind]") {
    const auto [text, position] = GENERATE(table<std::string_view, std::string>({
        {"Foo = 1", "1"},
        {"Count = 1 AND (`Foo` IS NULL)", "16"},
        {"GROUP BY Foo", "10"},
    }));
    CHECK(bind_refusal(text, kCount) ==
          "invalid query: invalid expression: column name 'Foo' is not a valid search attribute at "
          "position " +
              position);
}

TEST_CASE("a text is searched by each of its words once", "[visibility][bind]") {
    const BoundCondition condition = bound_condition("Note != 'the Quick, quick fox'");
    CHECK(condition.op == Operator::NotEqual);
    CHECK(condition.values ==
          std::vector<Value>{std::string("fox"), std::string("quick"), std::string("the")});
}

TEST_CASE("the words of texts count as values", "[visibility][bind]") {
    std::string words;
    for (int i = 0; i < kValuesMax; ++i) words += "w" + std::to_string(i) + " ";
    CHECK(compile("Note = '" + words + "'", sample_catalog()).ok());
    CHECK(bind_refusal("Note = '" + words + "' OR Count = 1")
              .starts_with("invalid query: operation is not supported: a query with more than 5000 "
                           "values at position "));
}

TEST_CASE("a query sees no division unless it names one", "[visibility][bind]") {
    const BoundCondition no_division{kDivision, Operator::IsNull, {}};

    SECTION("an empty query is the hidden condition alone") {
        const auto query = must(compile("", sample_catalog()));
        CHECK(query.filter == Filter{no_division});
    }
    SECTION("a filter stands beside the hidden condition") {
        const auto query = must(compile("Count = 1 OR Count = 2", sample_catalog()));
        const auto& both = std::get<BoundCombination>(query.filter->node);
        CHECK(both.connective == Connective::And);
        CHECK(both.operands.front() == Filter{no_division});
        CHECK(std::get<BoundCombination>(both.operands.back().node).connective == Connective::Or);
    }
    SECTION("a caller may look into one division") {
        const auto query = must(compile("", sample_catalog(), {.division = "TemporalScheduler"}));
        CHECK(query.filter == Filter{BoundCondition{
                                  kDivision, Operator::Equal, {std::string("TemporalScheduler")}}});
    }
    SECTION("naming it anywhere lifts it, in its short form as well") {
        const std::string text = GENERATE(as<std::string>(), "TemporalNamespaceDivision = 'x'",
                                          "NOT NamespaceDivision IS NULL");
        const auto query = must(compile(text, sample_catalog()));
        CHECK(query.filter != std::nullopt);
        CHECK(must(compile("Count = 1 AND " + text, sample_catalog())).filter->node.index() == 1);
        CHECK_FALSE(query.filter == Filter{no_division});
    }
    SECTION("grouping by it lifts it") {
        const auto query =
            must(compile("GROUP BY TemporalNamespaceDivision", sample_catalog(), kCount));
        CHECK_FALSE(query.filter.has_value());
        CHECK(query.group_by == kDivision);
    }
}

TEST_CASE("a count may group by what has few values", "[visibility][bind]") {
    const auto query =
        must(compile("Count > 1 GROUP BY ExecutionStatus", sample_catalog(), kCount));
    CHECK(query.group_by == Column{"ExecutionStatus", ValueType::Keyword, Origin::System});
    CHECK(
        bind_refusal("GROUP BY RunId", kCount) ==
        "invalid query: operation is not supported: 'GROUP BY' clause is not supported for search "
        "attribute 'RunId' at position 10");
    CHECK(bind_refusal("Count > 1 GROUP BY ExecutionStatus") ==
          "invalid query: operation is not supported: 'GROUP BY' clause in a list (only a count "
          "groups) at position 20");
}

TEST_CASE("ScheduleId is another word for WorkflowId", "[visibility][bind]") {
    CHECK(bound_condition("ScheduleId = 'a'").column.name == "WorkflowId");
    CHECK(bound_value("ScheduleId = 'a'") == Value(std::string("a")));

    const BindOptions schedules{.schedule_id_prefix = "sys:"};
    const auto query =
        must(compile("ScheduleId IN ('a', 'b') AND WorkflowId = 'c'", sample_catalog(), schedules));
    const auto& both = std::get<BoundCombination>(query.filter->node);
    const auto& filter = std::get<BoundCombination>(both.operands.back().node);
    CHECK(std::get<BoundCondition>(filter.operands[0].node).values ==
          std::vector<Value>{std::string("sys:a"), std::string("sys:b")});
    CHECK(std::get<BoundCondition>(filter.operands[1].node).values ==
          std::vector<Value>{std::string("c")});
}

TEST_CASE("a refusal of the parser is a refusal of the whole", "[visibility][bind]") {
    CHECK(bind_refusal("Count =") ==
          "invalid query: malformed SQL query: expected a value but found the end of the query at "
          "position 8");
}

}  // namespace server::visibility
