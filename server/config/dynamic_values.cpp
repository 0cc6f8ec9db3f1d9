#include "server/config/dynamic_values.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>

#include "server/config/duration.h"

namespace server::config {

namespace {

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    });
    return lower;
}

Status wrong_type(std::string_view key, const boost::json::value& value, const char* wanted) {
    return invalid_argument("dynamic config " + std::string(key) + ": " +
                            boost::json::serialize(value) + " is not " + wanted);
}

}  // namespace

Status DynamicValues::add(std::string_view assignment) {
    const std::size_t equals = assignment.find('=');
    if (equals == 0 || equals == std::string_view::npos) {
        return invalid_argument("dynamic config \"" + std::string(assignment) +
                                "\" is not KEY=JSON, for example frontend.rps=2400");
    }
    const std::string_view text = assignment.substr(equals + 1);
    boost::json::error_code failure;
    boost::json::value value = boost::json::parse({text.data(), text.size()}, failure);
    if (failure) {
        return invalid_argument("dynamic config " + std::string(assignment.substr(0, equals)) +
                                ": " + std::string(text) +
                                " is not JSON; texts need double quotes, as in KEY='\"text\"'");
    }
    values_[lower_case(assignment.substr(0, equals))] = std::move(value);
    return ok_status();
}

const boost::json::value* DynamicValues::find(std::string_view key) const {
    const auto found = values_.find(lower_case(key));
    return found == values_.end() ? nullptr : &found->second;
}

Result<bool> DynamicValues::truth(std::string_view key, bool fallback) const {
    const auto* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_bool()) return wrong_type(key, *value, "true or false");
    return value->get_bool();
}

Result<std::int64_t> DynamicValues::integer(std::string_view key, std::int64_t fallback) const {
    const auto* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_int64()) return wrong_type(key, *value, "a whole number");
    return value->get_int64();
}

Result<Duration> DynamicValues::duration(std::string_view key, Duration fallback) const {
    const auto* value = find(key);
    if (value == nullptr) return fallback;
    const auto* text = value->if_string();
    if (text != nullptr) {
        if (const auto parsed = parse_duration({text->data(), text->size()})) return *parsed;
    }
    if (const auto* seconds = value->if_int64(); seconds != nullptr && std::abs(*seconds) < 1e9) {
        return Duration(std::chrono::seconds(*seconds));
    }
    return wrong_type(key, *value, "a duration such as \"10s\"");
}

}  // namespace server::config
