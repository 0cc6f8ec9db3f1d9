#include "charm/pebble/client.h"

namespace charm::pebble {

namespace {

Code code_of(unsigned status) {
    switch (status) {
    case 400: return Code::InvalidArgument;
    case 401:
    case 403: return Code::PermissionDenied;
    case 404: return Code::NotFound;
    default: return Code::Internal;
    }
}

std::string last_log_line(const json::object& task) {
    const auto* log = find_array(task, "log");
    return log == nullptr || log->empty() ? std::string() : text_of(log->back());
}

Change change_of(const json::object& object) {
    Change change{.id = text_at(object, "id"), .status = text_at(object, "status")};
    change.failure = text_at(object, "err");
    const auto* tasks = find_array(object, "tasks");
    if (tasks == nullptr) return change;
    for (const json::value& value : *tasks) {
        const auto* task = value.if_object();
        if (task == nullptr) continue;
        const auto* data = find_object(*task, "data");
        if (data != nullptr && change.task_data.empty()) change.task_data = *data;
        const std::string line = last_log_line(*task);
        if (!change.failure.empty() && text_at(*task, "status") == "Error" && !line.empty()) {
            change.failure += "; " + line;
        }
    }
    return change;
}

}  // namespace

std::string url_encode(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string encoded;
    for (const unsigned char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '/';
        if (plain) {
            encoded += static_cast<char>(c);
        } else {
            encoded += {'%', kHex[c >> 4], kHex[c & 15]};
        }
    }
    return encoded;
}

Result<json::object> envelope_of(const HttpReply& reply, const std::string& target) {
    TRY_ASSIGN(json::object object, parse_json_object(reply.body, "Pebble's answer to " + target));
    if (text_at(object, "type") != "error" && reply.status < 400) return object;
    const auto* result = find_object(object, "result");
    const std::string message = result == nullptr ? std::string() : text_at(*result, "message");
    return Status(code_of(reply.status),
                  message.empty() ? target + ": " + std::to_string(reply.status) : message);
}

Result<json::value> Client::get(const std::string& target) {
    TRY_ASSIGN(const HttpReply reply, connection_.call({.target = target}));
    TRY_ASSIGN(json::object envelope, envelope_of(reply, target));
    return std::move(envelope["result"]);
}

Result<json::value> Client::post(const std::string& target, const json::value& body) {
    TRY_ASSIGN(
        const HttpReply reply,
        connection_.call({.method = "POST", .target = target, .body = json::serialize(body)}));
    TRY_ASSIGN(json::object envelope, envelope_of(reply, target));
    return std::move(envelope["result"]);
}

Result<Client::Started> Client::start(const std::string& target, const json::value& body) {
    TRY_ASSIGN(
        const HttpReply reply,
        connection_.call({.method = "POST", .target = target, .body = json::serialize(body)}));
    TRY_ASSIGN(const json::object envelope, envelope_of(reply, target));
    Started started{.change = text_at(envelope, "change")};
    if (const auto* result = find_object(envelope, "result")) started.result = *result;
    if (!started.change.empty()) return started;
    return server::internal_error("Pebble's answer to " + target + " names no change");
}

Result<Change> Client::wait(const std::string& change, std::chrono::milliseconds limit) {
    const auto seconds = std::max<long long>(1, limit.count() / 1000);
    const std::string target =
        "/v1/changes/" + change + "/wait?timeout=" + std::to_string(seconds) + "s";
    TRY_ASSIGN(const HttpReply reply,
               connection_.call({.target = target}, limit + std::chrono::seconds(5)));
    if (reply.status == 504) {
        return Status(Code::DeadlineExceeded, "Pebble's change " + change + " is not over after " +
                                                  std::to_string(seconds) + " s");
    }
    TRY_ASSIGN(const json::object envelope, envelope_of(reply, target));
    const auto* result = find_object(envelope, "result");
    return result == nullptr ? Change{.id = change} : change_of(*result);
}

}  // namespace charm::pebble
