#include "server/store/postgres/attribute_test.h"

#include "server/base/assert.h"
#include "server/store/postgres/attribute_elements.h"
#include "server/visibility/text_tokens.h"

namespace server::store::postgres {

namespace {

using visibility::Operator;
using visibility::Value;
using visibility::ValueType;
using Elements = std::vector<std::string>;

void add_overlap(SqlBuilder& sql, std::string_view array, const Elements& elements) {
    Column column(Column::Kind::bytes);
    for (const std::string& element : elements) column.add(element);
    sql.add(array).add(" && ").add(column);
}

// Whether the record has one of the elements. The arrays may be NULL, which is as good as false,
// but not under NOT.
void add_has_any(SqlBuilder& sql, const Elements& elements) {
    Elements indexed;
    Elements large;
    for (const std::string& element : elements) {
        (element.size() > kIndexedElementBytesMax ? large : indexed).push_back(element);
    }
    sql.add("(");
    if (!indexed.empty()) add_overlap(sql, "v.attributes", indexed);
    if (!indexed.empty() && !large.empty()) sql.add(" OR ");
    if (!large.empty()) add_overlap(sql, "v.large_attributes", large);
    sql.add(")");
}

// Whether an element in [begin, end) passes; `test` adds " AND …" over a.
template <class Test>
void add_exists(SqlBuilder& sql, const visibility::Column& column, Test test) {
    std::string begin = element_prefix(column.name, element_kind_of(column.type));
    const std::string end = end_of_elements(begin);
    sql.add(
        "EXISTS (SELECT FROM unnest(v.attributes || v.large_attributes) AS a (element)"
        " WHERE a.element >= ");
    sql.add_argument(begin, "bytea").add(" AND a.element < ").add_argument(end, "bytea");
    test();
    sql.add(")");
}

class AttributeTest {
public:
    AttributeTest(SqlBuilder& sql, const AttributeCondition& condition)
        : sql_(sql), condition_(condition), kind_(element_kind_of(condition.column.type)) {}

    void add() {
        switch (condition_.op) {
        case Operator::Equal:
        case Operator::In: return add_has_any(sql_, wanted());
        case Operator::NotEqual:
        case Operator::NotIn: return add_has_none();
        case Operator::Less: return compare(" < ");
        case Operator::LessOrEqual: return compare(" <= ");
        case Operator::Greater: return compare(" > ");
        case Operator::GreaterOrEqual: return compare(" >= ");
        case Operator::Between: return add_between(false);
        case Operator::NotBetween: return add_between(true);
        case Operator::StartsWith: return add_prefix(false);
        case Operator::NotStartsWith: return add_prefix(true);
        case Operator::IsNull: sql_.add("NOT "); return add_present();
        case Operator::IsNotNull: return add_present();
        }
        ASSERT(false, "operator out of range");
    }

private:
    std::string element(const Value& value) const {
        return value_element(condition_.column.name, kind_, value);
    }

    // The elements of the values; of a text those of its words.
    Elements wanted() const {
        Elements elements;
        for (const Value& value : condition_.values) {
            if (condition_.column.type != ValueType::Text) {
                elements.push_back(element(value));
                continue;
            }
            const auto& word = std::get<std::string>(value);
            elements.push_back(value_element(condition_.column.name, ElementKind::token, value));
            if (visibility::text_tokens(word) == Elements{word}) elements.push_back(element(value));
        }
        return elements;
    }

    void add_present() {
        add_exists(sql_, condition_.column, [] {});
    }

    void add_has_none() {
        sql_.add("(");
        add_present();
        sql_.add(" AND NOT coalesce(");
        add_has_any(sql_, wanted());
        sql_.add(", false))");
    }

    void compare(std::string_view op) {
        add_exists(sql_, condition_.column, [&] {
            sql_.add(" AND a.element").add(op).add_argument(element(condition_.values[0]), "bytea");
        });
    }

    void add_between(bool negated) {
        add_exists(sql_, condition_.column, [&] {
            sql_.add(negated ? " AND a.element NOT BETWEEN " : " AND a.element BETWEEN ");
            sql_.add_argument(element(condition_.values.front()), "bytea").add(" AND ");
            sql_.add_argument(element(condition_.values.back()), "bytea");
        });
    }

    void add_prefix(bool negated) {
        const std::string begin = element(condition_.values.front());
        const std::string end = end_of_elements(begin);
        add_exists(sql_, condition_.column, [&] {
            sql_.add(negated ? " AND NOT" : " AND").add(" (a.element >= ");
            sql_.add_argument(begin, "bytea").add(" AND a.element < ");
            sql_.add_argument(end, "bytea").add(")");
        });
    }

    SqlBuilder& sql_;
    const AttributeCondition& condition_;
    ElementKind kind_;
};

}  // namespace

void add_attribute_test(SqlBuilder& sql, const AttributeCondition& condition) {
    AttributeTest(sql, condition).add();
}

void add_attribute_value(SqlBuilder& sql, const visibility::Column& column) {
    const std::string begin = element_prefix(column.name, element_kind_of(column.type));
    const std::string end = end_of_elements(begin);
    sql.add("(SELECT substr(a.element, ").add(std::to_string(prefix_size(column.name) + 1));
    sql.add(") FROM unnest(v.attributes || v.large_attributes) AS a (element) WHERE a.element >= ");
    sql.add_argument(begin, "bytea").add(" AND a.element < ").add_argument(end, "bytea");
    sql.add(" LIMIT 1)");
}

}  // namespace server::store::postgres
