// Laws of evaluation: forms of the language that are defined by others give the same truth.
#include <rapidcheck/catch.h>

#include "tests/visibility/support.h"

namespace server::visibility {

namespace {

// Few values, so that random records and filters often meet.
std::string any_literal_of(const std::string& column) {
    if (column == "Count") return *rc::gen::element<std::string>("-1", "0", "1.0", "1.5", "2");
    if (column == "Paid") return *rc::gen::element<std::string>("TRUE", "FALSE");
    if (column == "CloseTime")
        return *rc::gen::element<std::string>("0", "1", "9223372036854775807");
    return *rc::gen::element<std::string>("''", "'a'", "'ab'", "'b'");
}

Cell any_cell_of(const std::string& column) {
    if (*rc::gen::inRange(0, 4) == 0) return {};
    if (column == "Count" && *rc::gen::arbitrary<bool>()) return *rc::gen::element(0.5, 1.0, 1.5);
    if (column == "Count") return static_cast<std::int64_t>(*rc::gen::inRange(-1, 3));
    if (column == "Paid") return *rc::gen::arbitrary<bool>();
    if (column == "CloseTime") return kEpoch + Duration(*rc::gen::inRange(0, 3));
    return *rc::gen::element<std::string>("", "a", "aa", "ab", "b", "c");
}

Truth evaluated(const std::string& text, const Cell& cell) {
    const auto query = must(compile(text, sample_catalog()));
    const Filter& filter = std::get<Combination<Column, Value>>(query.filter->node).operands.back();
    return evaluate(
        filter,
        SampleRecord({{"Customer", cell}, {"Count", cell}, {"Paid", cell}, {"CloseTime", cell}}));
}

// Both texts have the same truth for any cell; {c} is the column, {1} {2} are literals.
void check_same(const std::string& column, std::string left, std::string right) {
    const std::vector<std::pair<std::string, std::string>> replacements = {
        {"{c}", column}, {"{1}", any_literal_of(column)}, {"{2}", any_literal_of(column)}};
    for (const auto& [mark, value] : replacements) {
        for (std::string* text : {&left, &right}) {
            for (std::size_t at = text->find(mark); at != std::string::npos;
                 at = text->find(mark)) {
                text->replace(at, mark.size(), value);
            }
        }
    }
    const Cell cell = any_cell_of(column);
    RC_LOG() << left << "   " << right;
    RC_ASSERT(evaluated(left, cell) == evaluated(right, cell));
}

}  // namespace

TEST_CASE("forms that are defined by others agree with them", "[visibility][evaluate][law]") {
    const auto [left, right] = GENERATE(table<std::string, std::string>({
        {"{c} != {1}", "NOT {c} = {1}"},
        {"{c} <= {1}", "{c} < {1} OR {c} = {1}"},
        {"{c} >= {1}", "NOT {c} < {1}"},
        {"{c} > {1}", "NOT {c} <= {1}"},
        {"{c} IN ({1}, {2})", "{c} = {1} OR {c} = {2}"},
        {"{c} NOT IN ({1}, {2})", "{c} != {1} AND {c} != {2}"},
        {"NOT ({c} = {1} AND {c} < {2})", "NOT {c} = {1} OR NOT {c} < {2}"},
        {"NOT ({c} = {1} OR {c} < {2})", "{c} != {1} AND {c} >= {2}"},
        {"NOT NOT {c} = {1}", "{c} = {1}"},
        {"{c} IS NOT NULL", "NOT {c} IS NULL"},
        {"{c} = {1} AND ({c} > {2} OR {c} IS NULL)",
         "({c} = {1} AND {c} > {2}) OR ({c} = {1} AND {c} IS NULL)"},
    }));
    rc::prop(left + " is " + right, [&left = left, &right = right] {
        check_same(*rc::gen::element<std::string>("Customer", "Count", "Paid", "CloseTime"), left,
                   right);
    });
}

TEST_CASE("BETWEEN is two comparisons", "[visibility][evaluate][law]") {
    rc::prop("BETWEEN", [] {
        const auto column = *rc::gen::element<std::string>("Customer", "Count", "CloseTime");
        check_same(column, "{c} BETWEEN {1} AND {2}", "{c} >= {1} AND {c} <= {2}");
        check_same(column, "{c} NOT BETWEEN {1} AND {2}", "{c} < {1} OR {c} > {2}");
    });
}

TEST_CASE("STARTS_WITH is a range that ends before the next prefix",
          "[visibility][evaluate][law]") {
    rc::prop("STARTS_WITH", [] {
        check_same("Customer", "{c} STARTS_WITH 'a'", "{c} >= 'a' AND {c} < 'b'");
        check_same("Customer", "{c} NOT STARTS_WITH 'a'", "NOT ({c} >= 'a' AND {c} < 'b')");
    });
}

}  // namespace server::visibility
