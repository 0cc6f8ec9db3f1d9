#include "cli/json/payload.h"

#include <boost/json/parse.hpp>

namespace cli {

namespace {

namespace json = boost::json;
namespace common = ::temporal::api::common::v1;

std::optional<json::value> parsed(const std::string& text) {
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    if (error) return std::nullopt;
    return value;
}

std::string metadata(const common::Payload& payload, const std::string& key) {
    const auto found = payload.metadata().find(key);
    return found == payload.metadata().end() ? std::string() : found->second;
}

}  // namespace

std::optional<json::value> shorthand(const common::Payload& payload) {
    const std::string encoding = metadata(payload, "encoding");
    if (encoding == "json/plain" && payload.metadata_size() == 1) return parsed(payload.data());
    const std::string type = metadata(payload, "messageType");
    if (encoding != "json/protobuf" || type.empty() || payload.metadata_size() != 2) {
        return std::nullopt;
    }
    auto value = parsed(payload.data());
    if (!value || !value->is_object()) return std::nullopt;
    value->as_object()["_protoMessageType"] = type;
    return value;
}

std::optional<json::value> shorthand(const common::Payloads& payloads) {
    json::array values;
    for (const auto& payload : payloads.payloads()) {
        auto value = shorthand(payload);
        if (!value) return std::nullopt;
        values.push_back(std::move(*value));
    }
    return json::value(std::move(values));
}

}  // namespace cli
