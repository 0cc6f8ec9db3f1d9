#pragma once
// The filter of a list or count call: the tree that a store translates into its own language (SQL,
// a search request) or evaluates record by record.
//
//   text ──parse()──▶ ParsedQuery ──bind()──▶ Query ──▶ a store's translation, or evaluate()
//                     names, literals         columns, typed values
//
// The frontend calls compile() of bind.h and hands the Query to the visibility store. Both trees
// have the same shape and differ in their leaves only: a name and a literal with their position, or
// a known column and values of its type.
//
//   query       = [ expression ] [ GROUP BY name ]
//   expression  = conjunction { OR conjunction }                       || is OR
//   conjunction = negation { AND negation }                            && is AND
//   negation    = NOT negation | "(" expression ")" | condition
//   condition   = name ( = | != | <> | < | <= | > | >= ) literal
//               | name [ NOT ] IN "(" literal { "," literal } ")"
//               | name [ NOT ] BETWEEN literal AND literal             both ends included
//               | name [ NOT ] STARTS_WITH literal
//               | name IS [ NOT ] NULL
//   name        = word | `any text`                                    a ` in it is doubled
//   literal     = 'text' | "text" | [ + | - ] number | TRUE | FALSE    a quote in it is doubled
//
// A word is made of letters, digits, _ . and @ and begins with no digit. In a string a backslash
// escapes as in MySQL (\' \" \\ \0 \b \n \r \t \Z) and is dropped before any other character. Words
// of the language are recognised in upper and lower case; names and values are exact. There are no
// functions, no arithmetic, no comments, no columns on the right side, no LIKE, LIMIT or ORDER BY.
// GROUP BY belongs to a count; an empty text is every workflow.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/base/time.h"
#include "server/visibility/search_attributes.h"

namespace server::visibility {

//   operator                      values of the condition
//   Equal .. GreaterOrEqual       one; for Text the tokens of the value: any of them matches
//   In, NotIn                     one or more
//   Between, NotBetween           two: low and high, both included
//   StartsWith, NotStartsWith     one string
//   IsNull, IsNotNull             none
enum class Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Between,
    NotBetween,
    StartsWith,
    NotStartsWith,
    IsNull,
    IsNotNull,
};

enum class Connective { And, Or, Not };

template <class Name, class Item>
struct Expression;

// One column tested on its own.
template <class Name, class Item>
struct Condition {
    Name column;
    Operator op = Operator::Equal;
    std::vector<Item> values;
    bool operator==(const Condition&) const = default;
};

// And and Or have two operands or more, Not has one.
template <class Name, class Item>
struct Combination {
    Connective connective = Connective::And;
    std::vector<Expression<Name, Item>> operands;
    bool operator==(const Combination&) const = default;
};

template <class Name, class Item>
struct Expression {
    std::variant<Condition<Name, Item>, Combination<Name, Item>> node;
    bool operator==(const Expression&) const = default;
};

// As written. Positions are byte offsets into the text, for messages; two trees are equal without
// them.
struct ParsedName {
    std::string text;
    std::size_t position = 0;
    bool operator==(const ParsedName& other) const { return text == other.text; }
};

struct Literal {
    std::variant<std::string, std::int64_t, double, bool> value;
    std::size_t position = 0;
    bool operator==(const Literal& other) const { return value == other.value; }
};

using ParsedExpression = Expression<ParsedName, Literal>;

struct ParsedQuery {
    std::optional<ParsedExpression> filter;
    std::optional<ParsedName> group_by;
    bool operator==(const ParsedQuery&) const = default;
};

//   type of the column            alternative of its values
//   Text, Keyword, KeywordList    string; for ExecutionStatus its name, as "Running"
//   Int                           int64, or double if written so; ExecutionDuration: nanoseconds
//   Double, Bool, Datetime        double, bool, TimePoint
using Value = std::variant<std::string, std::int64_t, double, bool, TimePoint>;

using Filter = Expression<Column, Value>;

struct Query {
    std::optional<Filter> filter;    // absent: every record of the namespace
    std::optional<Column> group_by;  // in a count only
    bool operator==(const Query&) const = default;
};

// The operator as it is written, in upper case: ">=", "NOT STARTS_WITH".
std::string_view to_string(Operator op);

// For std::visit over an expression's node.
template <class... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};

// True where a condition on the column treats "no value" as the far future (kNever), which holds
// for CloseTime: a workflow that is open closes later than any time that can be asked for. Only IS
// [NOT] NULL sees the gap.
bool null_is_far_future(const Column& column);

}  // namespace server::visibility
