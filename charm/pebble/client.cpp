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

// Pebble's own words for it, on one line:
//   cannot perform the following tasks:
//   - Start service "temporal" (service start attempt: exited quickly with code 1, will restart)
std::string failure_of(const json::object& change) {
    constexpr std::string_view kHead = "cannot perform the following tasks:\n- ";
    std::string text = text_at(change, "err");
    if (text.starts_with(kHead)) text.erase(0, kHead.size());
    for (std::size_t at = 0; (at = text.find("\n- ", at)) != std::string::npos;) {
        text.replace(at, 3, "; ");
    }
    return text;
}

// The last line that the service of a failed task has written. Pebble keeps the end of its output
// as one entry of the task's log, indented, before the entry with the failure itself.
std::string last_output_line(const json::object& task) {
    const auto* log = find_array(task, "log");
    if (log == nullptr) return {};
    for (const json::value& entry : *log) {
        const std::string text = text_of(entry);
        constexpr std::string_view kHead = "Most recent service output:\n";
        const std::size_t head = text.find(kHead);
        if (head == std::string::npos) continue;
        const std::size_t end = text.find_last_not_of(" \n");
        if (end < head + kHead.size()) continue;  // it has said nothing
        const std::size_t start = text.find_last_of('\n', end) + 1;
        const std::size_t word = text.find_first_not_of(' ', start);
        return text.substr(word, end + 1 - word);
    }
    return {};
}

Change change_of(const json::object& object) {
    Change change{.id = text_at(object, "id"), .status = text_at(object, "status")};
    change.failure = failure_of(object);
    const auto* tasks = find_array(object, "tasks");
    if (tasks == nullptr) return change;
    for (const json::value& value : *tasks) {
        const auto* task = value.if_object();
        if (task == nullptr) continue;
        const auto* data = find_object(*task, "data");
        if (data != nullptr && change.task_data.empty()) change.task_data = *data;
        const std::string line = last_output_line(*task);
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
