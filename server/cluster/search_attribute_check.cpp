#include "server/cluster/search_attribute_check.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "server/visibility/times.h"

namespace server::cluster {

namespace {

namespace common = ::temporal::api::common::v1;
namespace json = boost::json;
using visibility::Cell;
using visibility::ValueType;

constexpr std::size_t kJsonDepthMax = 4;

std::optional<std::string> text_of(const json::value& value) {
    if (!value.is_string()) return std::nullopt;
    return std::string(value.get_string());
}

std::optional<Cell> int_of(const json::value& value) {
    if (const auto* number = value.if_int64()) return Cell(*number);
    // 1.0 and 1e3 are integers as well.
    const auto* real = value.if_double();
    if (real == nullptr || *real < -9.2e18 || *real > 9.2e18) return std::nullopt;
    const auto number = static_cast<std::int64_t>(*real);
    if (static_cast<double>(number) != *real) return std::nullopt;
    return Cell(number);
}

std::optional<Cell> scalar_of(ValueType type, const json::value& value) {
    switch (type) {
    case ValueType::Text:
    case ValueType::Keyword:
    case ValueType::KeywordList: {
        auto text = text_of(value);
        if (!text) return std::nullopt;
        return Cell(*std::move(text));
    }
    case ValueType::Int: return int_of(value);
    case ValueType::Double: {
        boost::system::error_code error;
        const auto number = value.to_number<double>(error);
        if (error) return std::nullopt;
        return Cell(number);
    }
    case ValueType::Bool:
        if (!value.is_bool()) return std::nullopt;
        return Cell(value.get_bool());
    case ValueType::Datetime: {
        const auto text = text_of(value);
        const auto time = text ? visibility::parse_rfc3339(*text) : std::nullopt;
        if (!time) return std::nullopt;
        return Cell(*time);
    }
    }
    return std::nullopt;
}

std::optional<Cell> keyword_list_of(const json::value& value) {
    std::vector<std::string> words;
    if (const auto* array = value.if_array()) {
        for (const auto& element : *array) {
            auto word = text_of(element);
            if (!word) return std::nullopt;
            words.push_back(*std::move(word));
        }
    } else if (auto word = text_of(value)) {
        words.push_back(*std::move(word));
    } else {
        return std::nullopt;
    }
    if (words.empty()) return Cell();
    return Cell(std::move(words));
}

bool client_may_set(const visibility::Column& column) {
    if (column.origin == visibility::Origin::Custom) return true;
    const auto predefined = visibility::predefined_search_attributes();
    const auto found =
        std::ranges::find(predefined, column.name, &visibility::SearchAttribute::name);
    return found != predefined.end() && found->client_may_set;
}

Status check_one(const NamespaceEntry& entry, const SearchAttributeLimits& limits,
                 const std::string& name, common::Payload& payload) {
    const auto column = entry.search_attributes.find(name);
    if (!column) {
        return invalid_argument("Namespace " + entry.name +
                                " has no mapping defined for search attribute " + name);
    }
    if (!client_may_set(*column)) {
        return invalid_argument(name + " attribute can't be set in SearchAttributes");
    }
    if (payload.data().size() > limits.value_bytes_max) {
        return invalid_argument("search attribute " + name + " value size " +
                                std::to_string(payload.data().size()) + " exceeds size limit " +
                                std::to_string(limits.value_bytes_max));
    }
    const auto type_name = std::string(visibility::to_string(column->type));
    if (!decode_search_attribute(column->type, payload)) {
        return invalid_argument("invalid value for search attribute " + name + " of type " +
                                type_name);
    }
    (*payload.mutable_metadata())["type"] = type_name;
    return {};
}

}  // namespace

std::optional<Cell> decode_search_attribute(ValueType type, const common::Payload& payload) {
    const auto encoding = payload.metadata().find("encoding");
    if (encoding != payload.metadata().end() && encoding->second == "binary/null") {
        return Cell();
    }
    if (encoding != payload.metadata().end() && encoding->second != "json/plain") {
        return std::nullopt;
    }
    boost::system::error_code error;
    json::parse_options options;
    options.max_depth = kJsonDepthMax;
    const auto value = json::parse(payload.data(), error, {}, options);
    if (error) return std::nullopt;
    if (value.is_null()) return Cell();
    if (type == ValueType::KeywordList) return keyword_list_of(value);
    const auto* array = value.if_array();
    if (array == nullptr) return scalar_of(type, value);
    if (array->empty()) return Cell();
    return array->size() == 1 ? scalar_of(type, array->front()) : std::nullopt;
}

Status check_search_attributes(const NamespaceEntry& entry, const SearchAttributeLimits& limits,
                               common::SearchAttributes& attributes) {
    auto& fields = *attributes.mutable_indexed_fields();
    if (fields.size() > limits.count_max) {
        return invalid_argument("number of search attributes " + std::to_string(fields.size()) +
                                " exceeds limit " + std::to_string(limits.count_max));
    }
    std::size_t total = 0;
    for (auto& [name, payload] : fields) {
        TRY(check_one(entry, limits, name, payload));
        total += name.size() + payload.data().size();
    }
    if (total > limits.total_bytes_max) {
        return invalid_argument("total size of search attributes " + std::to_string(total) +
                                " exceeds size limit " + std::to_string(limits.total_bytes_max));
    }
    return {};
}

}  // namespace server::cluster
