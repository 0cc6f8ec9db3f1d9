#pragma once
// A statement in the making: its text, and its arguments in the order of their numbers.

#include <initializer_list>
#include <string>
#include <string_view>

#include "server/store/postgres/wire.h"

namespace server::store::postgres {

// How rows come into a statement: as arrays, or a single row as its values. The planner then sees
// no table at all, which halves what the statement costs.
enum class RowsForm { arrays, one_row };

class SqlBuilder {
public:
    explicit SqlBuilder(RowsForm form = RowsForm::arrays) : form_(form) {}

    RowsForm form() const { return form_; }
    SqlBuilder& add(std::string_view text) {
        text_ += text;
        return *this;
    }
    // "$3::int8[]"
    SqlBuilder& add(Column& column) {
        const char* type = column.type();
        arguments_.add_raw(column.finish());
        return add_number().add("::").add(type);
    }
    // " FROM unnest($1::int4[], …) AS i (names)"
    SqlBuilder& add_rows(std::initializer_list<Column*> columns, std::string_view names) {
        const bool arrays = form_ == RowsForm::arrays || (*columns.begin())->size() != 1;
        add(arrays ? " FROM unnest(" : " FROM (SELECT ");
        bool first = true;
        for (Column* column : columns) {
            if (!first) add(", ");
            first = false;
            if (arrays) {
                add(*column);
            } else {
                add_element(*column);
            }
        }
        return add(") AS i (").add(names).add(")");
    }
    // "$3::bytea"
    template <class Value>
    SqlBuilder& add_argument(const Value& value, std::string_view type) {
        arguments_.add(value);
        return add_number().add("::").add(type);
    }

    const std::string& text() const { return text_; }
    std::string take_text() { return std::move(text_); }
    Arguments take_arguments() { return std::move(arguments_); }

private:
    void add_element(Column& column) {
        std::optional<std::string> value = column.finish_element();
        if (value) {
            arguments_.add_raw(std::move(*value));
        } else {
            arguments_.add_null();
        }
        add_number().add("::").add(column.element_type());
    }
    SqlBuilder& add_number() {
        text_ += '$';
        text_ += std::to_string(arguments_.count());
        return *this;
    }

    const RowsForm form_;
    std::string text_;
    Arguments arguments_;
};

}  // namespace server::store::postgres
