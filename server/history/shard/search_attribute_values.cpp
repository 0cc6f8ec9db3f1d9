#include "server/history/shard/search_attribute_values.h"

#include <algorithm>
#include <boost/json.hpp>

#include "server/visibility/times.h"

namespace server::history {

namespace {

using visibility::Cell;
using visibility::ValueType;
using Payload = ::temporal::api::common::v1::Payload;

constexpr char kTypeMetadata[] = "type";

std::optional<std::string> text_of(const boost::json::value& value) {
    if (value.is_string()) return std::string(value.as_string());
    const bool single = value.is_array() && value.as_array().size() == 1;
    if (single && value.as_array()[0].is_string())
        return std::string(value.as_array()[0].as_string());
    return std::nullopt;
}

Cell list_of(const boost::json::value& value) {
    std::vector<std::string> list;
    if (value.is_string()) list.emplace_back(value.as_string());
    if (value.is_array()) {
        for (const auto& one : value.as_array()) {
            if (!one.is_string()) return {};
            list.emplace_back(one.as_string());
        }
    }
    if (list.empty()) return {};
    return list;
}

Cell number_of(const boost::json::value& value, ValueType type) {
    if (type == ValueType::Double) {
        boost::system::error_code failed;
        const double number = value.to_number<double>(failed);
        return failed ? Cell{} : Cell{number};
    }
    if (value.is_int64()) return value.as_int64();
    return {};
}

Cell cell_of(const boost::json::value& value, ValueType type) {
    switch (type) {
    case ValueType::Text:
    case ValueType::Keyword: {
        auto text = text_of(value);
        return text ? Cell{std::move(*text)} : Cell{};
    }
    case ValueType::KeywordList: return list_of(value);
    case ValueType::Int:
    case ValueType::Double: return number_of(value, type);
    case ValueType::Bool: return value.is_bool() ? Cell{value.as_bool()} : Cell{};
    case ValueType::Datetime: {
        const auto text = text_of(value);
        const auto time = text ? visibility::parse_rfc3339(*text) : std::nullopt;
        return time ? Cell{*time} : Cell{};
    }
    }
    return {};
}

// Empty when the payload is no JSON of this type.
Cell decode_payload(const Payload& payload, ValueType type) {
    boost::system::error_code failed;
    const boost::json::value value = boost::json::parse(payload.data(), failed);
    if (failed) return {};
    return cell_of(value, type);
}

bool removes_attribute(const Payload& payload) {
    const auto encoding = payload.metadata().find("encoding");
    if (encoding != payload.metadata().end() && encoding->second == "binary/null") return true;
    return payload.data().empty() || payload.data() == "null" || payload.data() == "[]";
}

bool client_may_set(const visibility::Column& column) {
    if (column.origin == visibility::Origin::Custom) return true;
    if (column.origin == visibility::Origin::System) return false;
    const auto table = visibility::predefined_search_attributes();
    const auto found = std::ranges::find(table, column.name, &visibility::SearchAttribute::name);
    return found != table.end() && found->client_may_set;
}

}  // namespace

Status check_search_attributes(const visibility::SearchAttributeCatalog& catalog,
                               const std::string& namespace_name, SearchAttributes& attributes) {
    for (auto& [name, payload] : *attributes.mutable_indexed_fields()) {
        const auto column = catalog.find(name);
        if (!column) {
            return invalid_argument("Namespace " + namespace_name +
                                    " has no mapping defined for search attribute " + name);
        }
        if (!client_may_set(*column)) {
            return invalid_argument(name + " attribute can't be set in SearchAttributes");
        }
        if (removes_attribute(payload)) continue;
        const Cell cell = decode_payload(payload, column->type);
        if (std::holds_alternative<std::monostate>(cell)) {
            return invalid_argument("invalid value for search attribute " + name + " of type " +
                                    std::string(visibility::to_string(column->type)) + ": " +
                                    payload.data().substr(0, 200));
        }
        (*payload.mutable_metadata())[kTypeMetadata] =
            std::string(visibility::to_string(column->type));
    }
    return ok_status();
}

store::AttributeValues decode_search_attributes(const visibility::SearchAttributeCatalog& catalog,
                                                const SearchAttributes& attributes) {
    store::AttributeValues values;
    for (const auto& [name, payload] : attributes.indexed_fields()) {
        const auto column = catalog.find(name);
        if (!column || removes_attribute(payload)) continue;
        Cell cell = decode_payload(payload, column->type);
        if (!std::holds_alternative<std::monostate>(cell)) values.emplace(name, std::move(cell));
    }
    return values;
}

}  // namespace server::history
