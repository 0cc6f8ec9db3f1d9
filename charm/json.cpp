#include "charm/json.h"

namespace charm {

Result<json::value> parse_json(std::string_view text, std::string_view what) {
    json::error_code failure;
    json::value value = json::parse({text.data(), text.size()}, failure);
    if (failure) {
        return server::invalid_argument(std::string(what) + " is not JSON: " + failure.message());
    }
    return value;
}

Result<json::object> parse_json_object(std::string_view text, std::string_view what) {
    TRY_ASSIGN(json::value value, parse_json(text, what));
    if (!value.is_object()) {
        return server::invalid_argument(std::string(what) + " is not a JSON object");
    }
    return std::move(value.get_object());
}

std::string text_of(const json::value& value) {
    if (const auto* text = value.if_string()) return {text->data(), text->size()};
    if (value.is_bool() || value.is_number()) return json::serialize(value);
    return {};
}

const json::value* find(const json::object& object, std::string_view key) {
    const auto found = object.find({key.data(), key.size()});
    return found == object.end() ? nullptr : &found->value();
}

std::string text_at(const json::object& object, std::string_view key) {
    const json::value* value = find(object, key);
    return value == nullptr ? std::string() : text_of(*value);
}

const json::object* find_object(const json::object& object, std::string_view key) {
    const json::value* value = find(object, key);
    return value == nullptr ? nullptr : value->if_object();
}

const json::array* find_array(const json::object& object, std::string_view key) {
    const json::value* value = find(object, key);
    return value == nullptr ? nullptr : value->if_array();
}

}  // namespace charm
