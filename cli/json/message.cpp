#include "cli/json/message.h"

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cmath>

#include "cli/json/base64.h"
#include "cli/json/payload.h"

namespace cli {

namespace {

namespace json = boost::json;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::TimeUtil;

json::value number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
    // A whole number is written as one.
    if (std::fabs(value) < 1e15 && std::trunc(value) == value) {
        return static_cast<std::int64_t>(value);
    }
    return value;
}

// The types whose JSON is not that of their fields, and that are not written here themselves.
json::value by_library(const Message& message) {
    std::string text;
    if (!google::protobuf::util::MessageToJsonString(message, &text).ok()) return nullptr;
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    return error ? json::value(nullptr) : value;
}

class MessageJson {
public:
    explicit MessageJson(JsonForm form) : form_(form) {}

    json::value convert(const Message& message) {
        const Descriptor& type = *message.GetDescriptor();
        if (form_.payload_shorthand) {
            if (auto value = shorthand_of(message, type)) return std::move(*value);
        }
        if (type.file()->package() == "google.protobuf") return well_known(message, type);
        return fields(message, type);
    }

private:
    static std::optional<json::value> shorthand_of(const Message& message, const Descriptor& type) {
        using namespace ::temporal::api::common::v1;
        if (&type == Payload::descriptor()) return shorthand(static_cast<const Payload&>(message));
        if (&type == Payloads::descriptor())
            return shorthand(static_cast<const Payloads&>(message));
        return std::nullopt;
    }

    json::value well_known(const Message& message, const Descriptor& type) {
        using google::protobuf::Duration;
        using google::protobuf::Timestamp;
        if (&type == Timestamp::descriptor()) {
            return json::value(TimeUtil::ToString(static_cast<const Timestamp&>(message)));
        }
        if (&type == Duration::descriptor()) {
            return json::value(TimeUtil::ToString(static_cast<const Duration&>(message)));
        }
        if (type.name() == "Empty") return json::object();
        return by_library(message);
    }

    json::value fields(const Message& message, const Descriptor& type) {
        const auto& reflection = *message.GetReflection();
        json::object object;
        for (int index = 0; index < type.field_count(); ++index) {
            const FieldDescriptor& field = *type.field(index);
            if (field.is_map()) {
                if (reflection.FieldSize(message, &field) > 0) {
                    object[field.json_name()] = map(message, field);
                }
            } else if (field.is_repeated()) {
                if (reflection.FieldSize(message, &field) > 0) {
                    object[field.json_name()] = list(message, field);
                }
            } else if (reflection.HasField(message, &field)) {
                object[field.json_name()] = value(message, field, -1);
            }
        }
        return object;
    }

    json::value list(const Message& message, const FieldDescriptor& field) {
        json::array array;
        const int size = message.GetReflection()->FieldSize(message, &field);
        for (int at = 0; at < size; ++at) array.push_back(value(message, field, at));
        return array;
    }

    json::value map(const Message& message, const FieldDescriptor& field) {
        const auto& reflection = *message.GetReflection();
        const FieldDescriptor& key = *field.message_type()->map_key();
        const FieldDescriptor& mapped = *field.message_type()->map_value();
        std::vector<std::pair<std::string, json::value>> entries;
        for (int at = 0; at < reflection.FieldSize(message, &field); ++at) {
            const Message& entry = reflection.GetRepeatedMessage(message, &field, at);
            const json::value name = value(entry, key, -1);
            std::string text = name.is_string() ? std::string(name.as_string())
                               : name.is_bool() ? std::string(name.as_bool() ? "true" : "false")
                                                : std::to_string(name.as_int64());
            entries.emplace_back(std::move(text), value(entry, mapped, -1));
        }
        std::sort(entries.begin(), entries.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
        json::object object;
        for (auto& [name, entry] : entries) object[name] = std::move(entry);
        return object;
    }

    // The field's value, or for `at` from 0 on that element of a repeated one.
    json::value value(const Message& message, const FieldDescriptor& field, int at) {
        const auto& reflection = *message.GetReflection();
        const bool one = at < 0;
        switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32:
            return one ? reflection.GetInt32(message, &field)
                       : reflection.GetRepeatedInt32(message, &field, at);
        case FieldDescriptor::CPPTYPE_UINT32:
            return one ? reflection.GetUInt32(message, &field)
                       : reflection.GetRepeatedUInt32(message, &field, at);
        case FieldDescriptor::CPPTYPE_INT64:
            return json::value(
                std::to_string(one ? reflection.GetInt64(message, &field)
                                   : reflection.GetRepeatedInt64(message, &field, at)));
        case FieldDescriptor::CPPTYPE_UINT64:
            return json::value(
                std::to_string(one ? reflection.GetUInt64(message, &field)
                                   : reflection.GetRepeatedUInt64(message, &field, at)));
        case FieldDescriptor::CPPTYPE_DOUBLE:
            return number(one ? reflection.GetDouble(message, &field)
                              : reflection.GetRepeatedDouble(message, &field, at));
        case FieldDescriptor::CPPTYPE_FLOAT:
            return number(one ? reflection.GetFloat(message, &field)
                              : reflection.GetRepeatedFloat(message, &field, at));
        case FieldDescriptor::CPPTYPE_BOOL:
            return one ? reflection.GetBool(message, &field)
                       : reflection.GetRepeatedBool(message, &field, at);
        case FieldDescriptor::CPPTYPE_ENUM:
            return enumeration(field, one ? reflection.GetEnumValue(message, &field)
                                          : reflection.GetRepeatedEnumValue(message, &field, at));
        case FieldDescriptor::CPPTYPE_STRING:
            return string(field, one ? reflection.GetString(message, &field)
                                     : reflection.GetRepeatedString(message, &field, at));
        case FieldDescriptor::CPPTYPE_MESSAGE:
            return convert(one ? reflection.GetMessage(message, &field)
                               : reflection.GetRepeatedMessage(message, &field, at));
        }
        return nullptr;
    }

    static json::value string(const FieldDescriptor& field, const std::string& value) {
        const bool is_bytes = field.type() == FieldDescriptor::TYPE_BYTES;
        return json::value(is_bytes ? to_base64(value) : value);
    }

    json::value enumeration(const FieldDescriptor& field, int number) const {
        const auto* known = field.enum_type()->FindValueByNumber(number);
        if (known == nullptr) return number;
        return json::value(form_.short_enums ? short_name(*field.enum_type(), number)
                                             : known->name());
    }

    const JsonForm form_;
};

}  // namespace

json::value to_json(const Message& message, JsonForm form) {
    return MessageJson(form).convert(message);
}

std::string short_name(const google::protobuf::EnumDescriptor& type, int number) {
    const auto* value = type.FindValueByNumber(number);
    if (value == nullptr) return std::to_string(number);
    // EventType → EVENT_TYPE_
    std::string prefix;
    for (const char c : type.name()) {
        if (c >= 'A' && c <= 'Z' && !prefix.empty()) prefix += '_';
        prefix += static_cast<char>(std::toupper(c));
    }
    std::string_view rest = value->name();
    if (rest.starts_with(prefix + "_")) rest.remove_prefix(prefix.size() + 1);
    std::string name;
    bool upper = true;
    for (const char c : rest) {
        if (c == '_') {
            upper = true;
            continue;
        }
        name += static_cast<char>(upper ? c : std::tolower(c));
        upper = false;
    }
    return name;
}

}  // namespace cli
