#include "charm/pebble/files.h"

#include <vector>

namespace charm::pebble {

namespace {

// At least 32 characters, and nothing that a configuration file would contain.
constexpr std::string_view kBoundary = "charm-7d2f4c1e9a8b4f06b35d-part-boundary";

struct Part {
    std::string headers;
    std::string body;
};

std::string boundary_of(const std::string& content_type) {
    constexpr std::string_view kKey = "boundary=";
    const std::size_t at = content_type.find(kKey);
    if (at == std::string::npos) return {};
    std::string boundary = content_type.substr(at + kKey.size());
    boundary = boundary.substr(0, boundary.find(';'));
    if (boundary.size() > 1 && boundary.front() == '"')
        boundary = boundary.substr(1, boundary.size() - 2);
    return boundary;
}

std::vector<Part> parts_of(const std::string& body, const std::string& boundary) {
    std::vector<Part> parts;
    const std::string delimiter = "--" + boundary;
    std::size_t at = body.find(delimiter);
    while (at != std::string::npos) {
        const std::size_t start = at + delimiter.size();
        if (body.compare(start, 2, "--") == 0) break;
        const std::size_t next = body.find("\r\n" + delimiter, start);
        const std::size_t blank = body.find("\r\n\r\n", start);
        if (next == std::string::npos || blank == std::string::npos || blank > next) break;
        parts.push_back({.headers = body.substr(start, blank - start),
                         .body = body.substr(blank + 4, next - blank - 4)});
        at = next + 2;
    }
    return parts;
}

// What the `response` part, or the answer to a write, says of its one file.
Status outcome_of(const json::object& envelope) {
    const auto* results = find_array(envelope, "result");
    if (results == nullptr || results->empty() || !results->front().is_object()) return ok_status();
    const json::object& result = results->front().get_object();
    const auto* error = find_object(result, "error");
    if (error == nullptr) return ok_status();
    const std::string kind = text_at(*error, "kind");
    const Code code = kind == "not-found"           ? Code::NotFound
                      : kind == "permission-denied" ? Code::PermissionDenied
                                                    : Code::Internal;
    return {code, text_at(result, "path") + ": " + text_at(*error, "message")};
}

Status call_for_file(Client& client, const HttpRequest& request) {
    TRY_ASSIGN(const HttpReply reply, client.connection().call(request));
    TRY_ASSIGN(const json::object envelope, envelope_of(reply, request.target));
    return outcome_of(envelope);
}

}  // namespace

Result<std::optional<std::string>> read_file(Client& client, const std::string& path) {
    const HttpRequest request{.target = "/v1/files?action=read&path=" + url_encode(path),
                              .accept = "multipart/form-data"};
    TRY_ASSIGN(const HttpReply reply, client.connection().call(request));
    const std::string boundary = boundary_of(reply.content_type);
    if (boundary.empty()) {
        TRY(envelope_of(reply, request.target).status());
        return server::internal_error("Pebble answered the read of " + path + " with " +
                                      reply.content_type);
    }
    std::optional<std::string> content;
    for (Part& part : parts_of(reply.body, boundary)) {
        if (part.headers.find("name=\"files\"") != std::string::npos) {
            content = std::move(part.body);
        } else if (part.headers.find("name=\"response\"") != std::string::npos) {
            TRY_ASSIGN(const json::object envelope,
                       parse_json_object(part.body, "Pebble's answer"));
            const Status outcome = outcome_of(envelope);
            if (outcome.code() == Code::NotFound) return std::optional<std::string>();
            TRY(outcome);
        }
    }
    if (content) return content;
    return server::internal_error("Pebble's answer to the read of " + path + " has no content");
}

Status write_file(Client& client, const File& file) {
    const json::object entry{
        {"path", file.path}, {"make-dirs", true}, {"permissions", file.permissions}};
    const json::object description{{"action", "write"}, {"files", json::array{entry}}};
    const std::string line = "--" + std::string(kBoundary);
    std::string body = line +
                       "\r\nContent-Type: application/json\r\n"
                       "Content-Disposition: form-data; name=\"request\"\r\n\r\n" +
                       json::serialize(description) + "\r\n" + line +
                       "\r\nContent-Type: application/octet-stream\r\n"
                       "Content-Disposition: form-data; name=\"files\"; filename=\"" +
                       file.path + "\"\r\n\r\n" + file.content + "\r\n" + line + "--\r\n";
    return call_for_file(
        client, {.method = "POST",
                 .target = "/v1/files",
                 .body = std::move(body),
                 .content_type = "multipart/form-data; boundary=" + std::string(kBoundary)});
}

Status remove_file(Client& client, const std::string& path) {
    const json::object entry{{"path", path}};
    const json::object request{{"action", "remove"}, {"paths", json::array{entry}}};
    const Status outcome = call_for_file(
        client, {.method = "POST", .target = "/v1/files", .body = json::serialize(request)});
    return outcome.code() == Code::NotFound ? ok_status() : outcome;
}

}  // namespace charm::pebble
