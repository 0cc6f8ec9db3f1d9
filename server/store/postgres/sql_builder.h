#pragma once
// A statement in the making: its text, and its arguments in the order of their numbers.

#include <string>
#include <string_view>

#include "server/store/postgres/wire.h"

namespace server::store::postgres {

class SqlBuilder {
public:
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
    SqlBuilder& add_number() {
        text_ += '$';
        text_ += std::to_string(arguments_.count());
        return *this;
    }

    std::string text_;
    Arguments arguments_;
};

}  // namespace server::store::postgres
