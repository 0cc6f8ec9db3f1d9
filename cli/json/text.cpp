#include "cli/json/text.h"

#include <array>
#include <boost/json/serialize.hpp>

namespace cli {

namespace {

namespace json = boost::json;

class JsonText {
public:
    explicit JsonText(JsonLayout layout) : indented_(layout == JsonLayout::indented) {}

    void add(const json::value& value, int depth) {
        if (const auto* object = value.if_object()) {
            add_object(*object, depth);
        } else if (const auto* array = value.if_array()) {
            add_array(*array, depth);
        } else if (const auto* string = value.if_string()) {
            add_string({string->data(), string->size()});
        } else {
            text_ += json::serialize(value);
        }
    }

    std::string take() { return std::move(text_); }

private:
    void add_object(const json::object& object, int depth) {
        text_ += '{';
        bool first = true;
        for (const auto& member : object) {
            begin_element(first, depth + 1);
            add_string(member.key());
            text_ += indented_ ? ": " : ":";
            add(member.value(), depth + 1);
        }
        if (!first) begin_line(depth);
        text_ += '}';
    }

    void add_array(const json::array& array, int depth) {
        text_ += '[';
        bool first = true;
        for (const auto& element : array) {
            begin_element(first, depth + 1);
            add(element, depth + 1);
        }
        if (!first) begin_line(depth);
        text_ += ']';
    }

    void begin_element(bool& first, int depth) {
        if (!first) text_ += ',';
        first = false;
        begin_line(depth);
    }

    void begin_line(int depth) {
        if (indented_) text_ += "\n" + std::string(static_cast<std::size_t>(depth) * 2, ' ');
    }

    void add_string(std::string_view string) {
        text_ += '"';
        for (std::size_t at = 0; at < string.size(); ++at) {
            // U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
            const std::string_view rest = string.substr(at);
            if (rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9")) {
                text_ += rest[2] == '\xa8' ? "\\u2028" : "\\u2029";
                at += 2;
                continue;
            }
            add_character(string[at]);
        }
        text_ += '"';
    }

    void add_character(char c) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(c);
        switch (c) {
        case '"': text_ += "\\\""; return;
        case '\\': text_ += "\\\\"; return;
        case '\n': text_ += "\\n"; return;
        case '\r': text_ += "\\r"; return;
        case '\t': text_ += "\\t"; return;
        default: break;
        }
        if (byte >= 0x20 && c != '<' && c != '>' && c != '&') {
            text_ += c;
            return;
        }
        text_ += std::string("\\u00") + kDigits[byte >> 4U] + kDigits[byte & 15U];
    }

    const bool indented_;
    std::string text_;
};

}  // namespace

std::string to_text(const boost::json::value& value, JsonLayout layout, int depth) {
    JsonText text(layout);
    text.add(value, depth);
    return text.take();
}

}  // namespace cli
