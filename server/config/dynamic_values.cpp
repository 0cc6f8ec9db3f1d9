#include "server/config/dynamic_values.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>

#include "server/config/duration.h"

namespace server::config {

namespace {

Status wrong_type(std::string_view key, const DynamicValue& value, const char* wanted) {
    const std::string place = value.place.empty() ? "dynamic config " : value.place + ": ";
    return invalid_argument(place + std::string(key) + ": " + boost::json::serialize(value.value) +
                            " is not " + wanted);
}

// How specific a match is; nothing when it is none. A task queue weighs more than a namespace, both
// together more than either, as in the original's order of precedence.
class Match {
public:
    template <class Value>
    void compare(const std::optional<Value>& wanted, const std::optional<Value>& asked,
                 int weight) {
        if (!wanted) return;
        weight_ += weight;
        fits_ = fits_ && asked == wanted;
    }
    std::optional<int> weight() const { return fits_ ? std::optional(weight_) : std::nullopt; }

private:
    bool fits_ = true;
    int weight_ = 0;
};

std::optional<int> weight_of(const Constraints& wanted, const Constraints& asked) {
    Match match;
    match.compare(wanted.task_type, asked.task_type, 1);
    match.compare(wanted.namespace_name, asked.namespace_name, 4);
    match.compare(wanted.namespace_id, asked.namespace_id, 4);
    match.compare(wanted.task_queue_name, asked.task_queue_name, 6);
    match.compare(wanted.shard_id, asked.shard_id, 16);
    match.compare(wanted.history_task_type, asked.history_task_type, 16);
    match.compare(wanted.destination, asked.destination, 16);
    match.compare(wanted.chasm_task_type, asked.chasm_task_type, 16);
    return match.weight();
}

}  // namespace

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    });
    return lower;
}

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
    values_.erase(lower_case(assignment.substr(0, equals)));
    add(assignment.substr(0, equals), {.value = std::move(value)});
    return ok_status();
}

void DynamicValues::add(std::string_view key, DynamicValue value) {
    values_[lower_case(key)].push_back(std::move(value));
}

void DynamicValues::overlay(const DynamicValues& other) {
    for (const auto& [key, values] : other.values_) values_[key] = values;
}

const DynamicValue* DynamicValues::find(std::string_view key, const Constraints& asked) const {
    const auto found = values_.find(lower_case(key));
    if (found == values_.end()) return nullptr;
    const DynamicValue* best = nullptr;
    int best_weight = -1;
    for (const DynamicValue& value : found->second) {
        const auto weight = weight_of(value.constraints, asked);
        if (!weight || *weight <= best_weight) continue;
        best = &value;
        best_weight = *weight;
    }
    return best;
}

Result<std::int64_t> to_integer(std::string_view key, const DynamicValue& value) {
    if (!value.value.is_int64()) return wrong_type(key, value, "a whole number");
    return value.value.get_int64();
}

Result<Duration> to_duration(std::string_view key, const DynamicValue& value) {
    if (const auto* text = value.value.if_string(); text != nullptr) {
        if (const auto parsed = parse_duration({text->data(), text->size()})) return *parsed;
    }
    if (const auto* seconds = value.value.if_int64();
        seconds != nullptr && std::abs(*seconds) < 1e9) {
        return Duration(std::chrono::seconds(*seconds));
    }
    return wrong_type(key, value, "a duration such as \"10s\"");
}

Result<bool> to_truth(std::string_view key, const DynamicValue& value) {
    if (!value.value.is_bool()) return wrong_type(key, value, "true or false");
    return value.value.get_bool();
}

Result<bool> DynamicValues::truth(std::string_view key, bool fallback,
                                  const Constraints& asked) const {
    const DynamicValue* value = find(key, asked);
    return value == nullptr ? Result<bool>(fallback) : to_truth(key, *value);
}

Result<std::int64_t> DynamicValues::integer(std::string_view key, std::int64_t fallback,
                                            const Constraints& asked) const {
    const DynamicValue* value = find(key, asked);
    return value == nullptr ? Result<std::int64_t>(fallback) : to_integer(key, *value);
}

Result<Duration> DynamicValues::duration(std::string_view key, Duration fallback,
                                         const Constraints& asked) const {
    const DynamicValue* value = find(key, asked);
    return value == nullptr ? Result<Duration>(fallback) : to_duration(key, *value);
}

}  // namespace server::config
