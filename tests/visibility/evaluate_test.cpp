#include "server/visibility/evaluate.h"

#include "tests/visibility/support.h"

namespace server::visibility {

namespace {

using namespace std::string_literals;

// What the user wrote, without the hidden division.
Filter filter_of(std::string_view text) {
    const auto query = must(compile(text, sample_catalog()));
    return std::get<Combination<Column, Value>>(query.filter->node).operands.back();
}

Truth truth_of(std::string_view text, SampleRecord::Cells cells) {
    return evaluate(filter_of(text), SampleRecord(std::move(cells)));
}

const SampleRecord::Cells kFull = {
    {"WorkflowId", "order-7"s},
    {"ExecutionStatus", "Completed"s},
    {"StartTime", kEpoch + 10s},
    {"CloseTime", kEpoch + 20s},
    {"ExecutionDuration", std::int64_t{10'000'000'000}},
    {"Note", "The quick, brown fox"s},
    {"Customer", "acme"s},
    {"Count", std::int64_t{7}},
    {"Price", 2.5},
    {"Paid", true},
    {"Due", kEpoch + 5s},
    {"Tags", std::vector<std::string>{"red", "blue"}},
};

struct TruthCase {
    std::string_view text;
    Truth truth;
};

constexpr Truth kTrue = Truth::True;
constexpr Truth kFalse = Truth::False;
constexpr Truth kUnknown = Truth::Unknown;

}  // namespace

TEST_CASE("a condition compares the record's value", "[visibility][evaluate]") {
    const auto row = GENERATE(values<TruthCase>({
        {"WorkflowId = 'order-7'", kTrue},
        {"WorkflowId = 'Order-7'", kFalse},
        {"WorkflowId != 'order-8'", kTrue},
        {"WorkflowId > 'order'", kTrue},
        {"WorkflowId < 'order-10'", kFalse},
        {"WorkflowId IN ('a', 'order-7')", kTrue},
        {"WorkflowId NOT IN ('a', 'b')", kTrue},
        {"WorkflowId NOT IN ('a', 'order-7')", kFalse},
        {"WorkflowId STARTS_WITH 'order'", kTrue},
        {"WorkflowId STARTS_WITH ''", kTrue},
        {"WorkflowId STARTS_WITH 'rder'", kFalse},
        {"WorkflowId NOT STARTS_WITH 'order'", kFalse},
        {"WorkflowId BETWEEN 'order-7' AND 'p'", kTrue},
        {"WorkflowId NOT BETWEEN 'a' AND 'b'", kTrue},
        {"ExecutionStatus = 2", kTrue},
        {"ExecutionStatus IN ('Failed', 'TimedOut')", kFalse},
        {"StartTime = '1970-01-01T00:00:10Z'", kTrue},
        {"StartTime >= 10000000001", kFalse},
        {"ExecutionDuration <= '10s'", kTrue},
        {"Count = 7", kTrue},
        {"Count = 7.0", kTrue},
        {"Count > 6.9", kTrue},
        {"Count < 7.1", kTrue},
        {"Count = 7.1", kFalse},
        {"Count BETWEEN 7 AND 7", kTrue},
        {"Count BETWEEN 8 AND 6", kFalse},
        {"Count NOT BETWEEN 1 AND 6", kTrue},
        {"Price = 2.5", kTrue},
        {"Price > 2", kTrue},
        {"Price IN (1, 2.5)", kTrue},
        {"Paid = TRUE", kTrue},
        {"Paid > FALSE", kTrue},
        {"Paid != TRUE", kFalse},
        {"Due < '1970-01-01T00:00:05.000000001Z'", kTrue},
        {"Due BETWEEN 0 AND 5000000000", kTrue},
        {"Note = 'fox'", kTrue},
        {"Note = 'slow FOX'", kTrue},
        {"Note = 'fo'", kFalse},
        {"Note != 'cat dog'", kTrue},
        {"Note != 'cat fox'", kFalse},
        {"Tags = 'red'", kTrue},
        {"Tags = 're'", kFalse},
        {"Tags != 'red'", kFalse},
        {"Tags != 'green'", kTrue},
        {"Tags IN ('green', 'blue')", kTrue},
        {"Tags NOT IN ('green', 'blue')", kFalse},
        {"Tags IS NULL", kFalse},
        {"Tags IS NOT NULL", kTrue},
        {"CloseTime = '1970-01-01T00:00:20Z'", kTrue},
        {"CloseTime > 20000000000", kFalse},
    }));
    INFO(row.text);
    CHECK(truth_of(row.text, kFull) == row.truth);
}

TEST_CASE("a condition on an absent attribute is neither true nor false",
          "[visibility][evaluate]") {
    const auto row = GENERATE(values<TruthCase>({
        {"Customer = 'acme'", kUnknown},
        {"Customer != 'acme'", kUnknown},
        {"Customer IN ('acme')", kUnknown},
        {"Customer NOT IN ('acme')", kUnknown},
        {"Customer STARTS_WITH ''", kUnknown},
        {"Customer NOT STARTS_WITH 'a'", kUnknown},
        {"Count BETWEEN 1 AND 2", kUnknown},
        {"Count NOT BETWEEN 1 AND 2", kUnknown},
        {"Price < 1", kUnknown},
        {"Paid = FALSE", kUnknown},
        {"Note != 'x'", kUnknown},
        {"Tags != 'x'", kUnknown},
        {"Tags NOT IN ('x')", kUnknown},
        {"ExecutionDuration > 0", kUnknown},
        {"NOT Customer = 'acme'", kUnknown},
        {"Customer IS NULL", kTrue},
        {"Customer IS NOT NULL", kFalse},
        {"NOT Customer IS NULL", kFalse},
        {"Customer = 'a' OR Customer IS NULL", kTrue},
        {"Customer = 'a' AND Customer IS NULL", kUnknown},
        {"Customer = 'a' AND Customer IS NOT NULL", kFalse},
        {"NOT (Customer = 'a' OR Count = 1)", kUnknown},
    }));
    INFO(row.text);
    CHECK(truth_of(row.text, {}) == row.truth);
}

TEST_CASE("an open workflow closes in the far future", "[visibility][evaluate]") {
    const auto row = GENERATE(values<TruthCase>({
        {"CloseTime > '2026-01-02T03:04:05Z'", kTrue},
        {"CloseTime >= '9999-12-31T00:00:00Z'", kTrue},
        {"CloseTime < '9999-12-31T00:00:00Z'", kFalse},
        {"CloseTime != 0", kTrue},
        {"CloseTime = 0", kFalse},
        {"CloseTime NOT IN (0, 1)", kTrue},
        {"CloseTime BETWEEN 0 AND '2100-01-01T00:00:00Z'", kFalse},
        {"CloseTime NOT BETWEEN 0 AND '2100-01-01T00:00:00Z'", kTrue},
        {"CloseTime IS NULL", kTrue},
        {"CloseTime IS NOT NULL", kFalse},
    }));
    INFO(row.text);
    CHECK(truth_of(row.text, {{"StartTime", kEpoch}}) == row.truth);
}

TEST_CASE("an empty list and a value of another type are nothing", "[visibility][evaluate]") {
    const SampleRecord::Cells odd = {
        {"Tags", std::vector<std::string>{}},
        {"Count", "7"s},
        {"Paid", std::int64_t{1}},
        {"Customer", std::vector<std::string>{"acme"}},
        {"Due", std::int64_t{5}},
    };
    const std::string column =
        GENERATE(as<std::string>(), "Tags", "Count", "Paid", "Customer", "Due");
    CHECK(truth_of(column + " IS NULL", odd) == kTrue);
    CHECK(truth_of("Count != 8", odd) == kUnknown);
    CHECK(truth_of("Tags != 'x'", odd) == kUnknown);
}

TEST_CASE("whole numbers and fractions compare exactly", "[visibility][evaluate]") {
    constexpr std::int64_t kBeyondDouble = 9007199254740993;  // 2^53 + 1
    CHECK(truth_of("Count = 9007199254740992.0", {{"Count", kBeyondDouble}}) == kFalse);
    CHECK(truth_of("Count > 9007199254740992.0", {{"Count", kBeyondDouble}}) == kTrue);
    CHECK(truth_of("Count < 9223372036854775808", {{"Count", INT64_MAX}}) == kTrue);
    CHECK(truth_of("Count > -1e300", {{"Count", INT64_MIN}}) == kTrue);
    CHECK(truth_of("Count = -9223372036854775808.0", {{"Count", INT64_MIN}}) == kTrue);
    CHECK(truth_of("Count > -7.5", {{"Count", std::int64_t{-7}}}) == kTrue);
    CHECK(truth_of("Count < -7.5", {{"Count", std::int64_t{-8}}}) == kTrue);
    CHECK(truth_of("Count = 7", {{"Count", 7.0}}) == kTrue);
    CHECK(truth_of("Count < 8", {{"Count", 7.5}}) == kTrue);
}

TEST_CASE("a record matches only when its filter is true", "[visibility][evaluate]") {
    const auto lists = [](std::string_view text, const SampleRecord::Cells& cells) {
        return matches(must(compile(text, sample_catalog())), SampleRecord(cells));
    };
    CHECK(lists("", kFull));
    CHECK(lists("Count = 7", kFull));
    CHECK_FALSE(lists("Count = 8", kFull));
    CHECK_FALSE(lists("Count = 8", {}));
    CHECK_FALSE(lists("Count != 8", {}));

    const SampleRecord::Cells schedule = {{"TemporalNamespaceDivision", "TemporalScheduler"s}};
    CHECK_FALSE(lists("", schedule));
    CHECK(lists("TemporalNamespaceDivision = 'TemporalScheduler'", schedule));
    CHECK(matches(must(compile("", sample_catalog(), {.division = "TemporalScheduler"})),
                  SampleRecord(schedule)));
}

}  // namespace server::visibility
