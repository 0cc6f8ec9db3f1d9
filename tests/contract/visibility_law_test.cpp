// Every store selects exactly the records for which evaluate() of server/visibility is true: random
// records against random filters over every column, operator and connective.
#include <algorithm>
#include <array>
#include <random>

#include "server/store/visibility_cells.h"
#include "server/store/visibility_page.h"
#include "tests/contract/store_under_test.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/store_samples.h"

namespace server::tests {

using namespace store;
using visibility::Cell;
using visibility::Column;
using visibility::Filter;
using visibility::Operator;
using visibility::Value;
using visibility::ValueType;

namespace {

constexpr int kRecords = 120;
constexpr int kFilters = 400;

// Few different values, so that filters often meet records.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}

    std::size_t below(std::size_t bound) { return engine_() % bound; }
    bool one_in(std::size_t chances) { return below(chances) == 0; }
    template <class T>
    T pick(const std::vector<T>& choices) {
        return choices[below(choices.size())];
    }

private:
    std::mt19937_64 engine_;
};

const std::vector<std::string> kTexts = {"",  "a",     "A",    "ab",       "b",
                                         "ä", "a\xff", "\xff", "\xff\xff", "it's"};
const std::vector<std::string> kSentences = {"",      "!?",        "The quick fox", "quick",
                                             "a_b c", "fox, FOX!", "ÄB äb"};
const std::vector<std::int64_t> kNumbers = {
    0, -1, 1, 2, 9007199254740993, std::numeric_limits<std::int64_t>::max()};
const std::vector<double> kReals = {0, -0.0, 0.5, 1, -1.5, 9007199254740992, 1e300};

TimePoint any_time(Dice& dice) { return kSampleTime + Duration(dice.below(4)); }

Value any_value(Dice& dice, ValueType type) {
    switch (type) {
    case ValueType::Text: return dice.pick<std::string>({"quick", "fox", "a_b", "c", "Äb"});
    case ValueType::Keyword:
    case ValueType::KeywordList: return dice.pick(kTexts);
    case ValueType::Int:
        if (dice.one_in(4)) return dice.pick(kReals);
        return dice.pick(kNumbers);
    case ValueType::Double: return dice.pick(kReals);
    case ValueType::Bool: return dice.one_in(2);
    case ValueType::Datetime:
        if (dice.one_in(6)) return kNever;
        return any_time(dice);
    }
    ASSERT(false, "value type out of range");
}

// Mostly a value of the type, sometimes of another one, left from an earlier registration.
Cell any_cell(Dice& dice, ValueType type) {
    if (dice.one_in(12)) {
        type = dice.pick<ValueType>({ValueType::Keyword, ValueType::Int, ValueType::Bool,
                                     ValueType::Datetime, ValueType::KeywordList});
    }
    switch (type) {
    case ValueType::Text: return dice.pick(kSentences);
    case ValueType::Keyword: return dice.pick(kTexts);
    case ValueType::Int: return dice.pick(kNumbers);
    case ValueType::Double: return dice.pick(kReals);
    case ValueType::Bool: return dice.one_in(2);
    case ValueType::Datetime: return any_time(dice);
    case ValueType::KeywordList: {
        std::vector<std::string> list;
        while (!dice.one_in(3)) list.push_back(dice.pick(kTexts));
        return list;
    }
    }
    ASSERT(false, "value type out of range");
}

const std::vector<Column>& columns() {
    static const std::vector<Column> all = [] {
        std::vector<Column> built;
        for (const auto& attribute : visibility::system_search_attributes()) {
            built.push_back(
                {std::string(attribute.name), attribute.type, visibility::Origin::System});
        }
        const auto predefined = visibility::Origin::Predefined;
        built.push_back({"TemporalNamespaceDivision", ValueType::Keyword, predefined});
        built.push_back({"BuildIds", ValueType::KeywordList, predefined});
        for (int type = 1; type <= 7; ++type) {
            const ValueType value_type = visibility::find_value_type(type).value();
            built.push_back({"Custom" + std::string(to_string(value_type)), value_type,
                             visibility::Origin::Custom});
        }
        return built;
    }();
    return all;
}

VisibilityRecord any_record(Dice& dice, int number) {
    VisibilityRecord record;
    record.namespace_id = kNamespaceId;
    record.run_id = dice.pick(kTexts) + std::to_string(number);
    record.version = TaskId{1};
    record.workflow_id = dice.pick(kTexts);
    record.workflow_type = dice.pick(kTexts);
    record.task_queue = dice.pick(kTexts);
    record.status = static_cast<int>(dice.below(9));
    record.start_time = any_time(dice);
    record.execution_time = any_time(dice);
    if (dice.one_in(2)) record.close_time = any_time(dice) + 1s;
    record.history_length = static_cast<std::int64_t>(dice.below(3));
    record.history_size_bytes = static_cast<std::int64_t>(dice.below(3));
    record.state_transition_count = static_cast<std::int64_t>(dice.below(3));
    record.parent_workflow_id = dice.pick(kTexts);
    record.parent_run_id = dice.pick(kTexts);
    record.root_workflow_id = dice.pick(kTexts);
    record.root_run_id = dice.pick(kTexts);
    for (const Column& column : columns()) {
        if (column.origin == visibility::Origin::System || dice.one_in(3)) continue;
        record.attributes.emplace(column.name, any_cell(dice, column.type));
    }
    return record;
}

std::vector<Operator> operators_of(ValueType type) {
    std::vector<Operator> operators{Operator::Equal, Operator::NotEqual, Operator::IsNull,
                                    Operator::IsNotNull};
    if (type == ValueType::Text) return operators;
    operators.insert(operators.end(), {Operator::In, Operator::NotIn});
    if (type == ValueType::KeywordList) return operators;
    operators.insert(operators.end(), {Operator::Less, Operator::LessOrEqual, Operator::Greater,
                                       Operator::GreaterOrEqual});
    if (type == ValueType::Bool) return operators;
    operators.insert(operators.end(), {Operator::Between, Operator::NotBetween});
    if (type != ValueType::Keyword) return operators;
    operators.insert(operators.end(), {Operator::StartsWith, Operator::NotStartsWith});
    return operators;
}

std::size_t value_count(Dice& dice, Operator op, ValueType type) {
    switch (op) {
    case Operator::IsNull:
    case Operator::IsNotNull: return 0;
    case Operator::Between:
    case Operator::NotBetween: return 2;
    case Operator::In:
    case Operator::NotIn: return 1 + dice.below(3);
    default: return type == ValueType::Text ? 1 + dice.below(2) : 1;
    }
}

Filter any_condition(Dice& dice) {
    visibility::Condition<Column, Value> condition;
    condition.column = dice.pick(columns());
    condition.op = dice.pick(operators_of(condition.column.type));
    const bool is_status = condition.column.name == visibility::kExecutionStatus;
    for (std::size_t left = value_count(dice, condition.op, condition.column.type); left > 0;
         --left) {
        condition.values.push_back(
            is_status ? Value(dice.pick<std::string>({"Running", "Failed", "TimedOut", "R"}))
                      : any_value(dice, condition.column.type));
    }
    return Filter{std::move(condition)};
}

Filter any_filter(Dice& dice, int depth) {
    if (depth == 0 || dice.one_in(3)) return any_condition(dice);
    visibility::Combination<Column, Value> combination;
    combination.connective = dice.pick<visibility::Connective>(
        {visibility::Connective::And, visibility::Connective::Or, visibility::Connective::Not});
    const bool is_not = combination.connective == visibility::Connective::Not;
    for (std::size_t left = is_not ? 1 : 2 + dice.below(2); left > 0; --left) {
        combination.operands.push_back(any_filter(dice, depth - 1));
    }
    return Filter{std::move(combination)};
}

std::string shown(const Value& value) {
    return std::visit(visibility::Overloaded{
                          [](const std::string& text) { return "'" + text + "'"; },
                          [](TimePoint time) { return to_rfc3339(time); },
                          [](const auto& number) { return std::to_string(number); },
                      },
                      value);
}

std::string shown(const Filter& filter) {
    std::string text = "(";
    if (const auto* condition = std::get_if<visibility::Condition<Column, Value>>(&filter.node)) {
        text += condition->column.name + " " + std::string(to_string(condition->op));
        for (const Value& value : condition->values) text += " " + shown(value);
    } else {
        const auto& combination = std::get<visibility::Combination<Column, Value>>(filter.node);
        constexpr std::array kConnectives = {"AND", "OR", "NOT"};
        text += kConnectives[static_cast<std::size_t>(combination.connective)];
        for (const Filter& operand : combination.operands) text += " " + shown(operand);
    }
    return text + ")";
}

using RunIds = std::vector<std::string>;

RunIds expected_run_ids(const std::vector<VisibilityRecord>& records,
                        const visibility::Query& query) {
    std::vector<PagePosition> positions;
    for (const VisibilityRecord& record : records) {
        if (matches(query, VisibilityCells(record))) positions.push_back(position_of(record));
    }
    std::ranges::sort(positions, listed_before);
    RunIds run_ids;
    for (const PagePosition& position : positions) run_ids.push_back(position.run_id);
    return run_ids;
}

RunIds listed_run_ids(Store& store, const visibility::Query& query, std::int32_t page_size) {
    RunIds run_ids;
    std::string token;
    do {
        const auto page = must(store.visibility().list(kNamespaceId, query, page_size, token));
        for (const VisibilityRecord& record : page.records) run_ids.push_back(record.run_id);
        token = page.next_page_token;
    } while (!token.empty());
    return run_ids;
}

}  // namespace

TEST_CASE("a store lists and counts what the reference evaluation selects",
          "[contract][visibility][law]") {
    StoreUnderTest store;
    const std::uint64_t seed = GENERATE(1u, 2u, 3u);
    INFO(store.kind() << ", seed " << seed);
    Dice dice(seed);
    std::vector<VisibilityRecord> records;
    for (int number = 0; number < kRecords; ++number) records.push_back(any_record(dice, number));
    REQUIRE(await(store->visibility().write(records)).ok());

    for (int round = 0; round < kFilters; ++round) {
        visibility::Query query;
        query.filter = any_filter(dice, 3);
        INFO("filter: " << shown(*query.filter));
        const RunIds expected = expected_run_ids(records, query);
        const auto page_size = static_cast<std::int32_t>(1 + dice.below(60));
        REQUIRE(listed_run_ids(*store, query, page_size) == expected);
        REQUIRE(must(store->visibility().count(kNamespaceId, query)).total ==
                static_cast<std::int64_t>(expected.size()));
    }
}

TEST_CASE("the groups of a count are those of the reference evaluation",
          "[contract][visibility][law]") {
    StoreUnderTest store;
    INFO(store.kind());
    Dice dice(7);
    std::vector<VisibilityRecord> records;
    for (int number = 0; number < kRecords; ++number) records.push_back(any_record(dice, number));
    REQUIRE(await(store->visibility().write(records)).ok());

    for (const Column& column : columns()) {
        if (column.type != ValueType::Keyword) continue;
        INFO(column.name);
        std::map<Cell, std::int64_t> expected;
        for (const VisibilityRecord& record : records) {
            Cell cell = VisibilityCells(record).cell(column);
            if (!std::holds_alternative<std::string>(cell)) cell = Cell();
            ++expected[cell];
        }
        visibility::Query query;
        query.group_by = column;
        const auto count = must(store->visibility().count(kNamespaceId, query));
        std::map<Cell, std::int64_t> groups;
        for (const auto& group : count.groups) groups.emplace(group.value, group.count);
        CHECK(groups == expected);
        CHECK(count.total == kRecords);
    }
}

}  // namespace server::tests
