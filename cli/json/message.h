#pragma once
// Messages as proto3 JSON: lowerCamelCase keys in the order of the fields, keys of maps sorted,
// 64-bit numbers as strings, bytes in base64, enumerations by name, times and durations as text,
// unset fields left out.

#include <google/protobuf/message.h>

#include <boost/json/value.hpp>
#include <string>

namespace cli {

struct JsonForm {
    // Payloads that hold JSON as that JSON, instead of metadata and data in base64.
    bool payload_shorthand = false;
    // WorkflowExecutionStarted instead of EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: what tctl prints.
    bool short_enums = false;
};

boost::json::value to_json(const google::protobuf::Message& message, JsonForm form = {});

// "WorkflowExecutionStarted" for EVENT_TYPE_WORKFLOW_EXECUTION_STARTED; the number of a value
// nobody knows.
std::string short_name(const google::protobuf::EnumDescriptor& type, int number);
template <class Enum>
std::string short_name(Enum value) {
    return short_name(*google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value));
}

}  // namespace cli
