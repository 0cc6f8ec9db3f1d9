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

// "/etc/x" of: Content-Disposition: form-data; name="files"; filename="/etc/x"
std::string file_name_of(const Part& part) {
    constexpr std::string_view kKey = "filename=\"";
    const std::size_t at = part.headers.find(kKey);
    if (at == std::string::npos) return {};
    const std::size_t start = at + kKey.size();
    return part.headers.substr(start, part.headers.find('"', start) - start);
}

Status outcome_of(const json::object& result) {
    const auto* error = find_object(result, "error");
    if (error == nullptr) return ok_status();
    const std::string kind = text_at(*error, "kind");
    const Code code = kind == "not-found"           ? Code::NotFound
                      : kind == "permission-denied" ? Code::PermissionDenied
                                                    : Code::Internal;
    return {code, text_at(result, "path") + ": " + text_at(*error, "message")};
}

// The first failure of what is said of each file, one that is not there apart from the others.
Status outcome_of_all(const json::object& envelope, bool may_be_absent) {
    const auto* results = find_array(envelope, "result");
    if (results == nullptr) return ok_status();
    for (const json::value& result : *results) {
        if (!result.is_object()) continue;
        Status outcome = outcome_of(result.get_object());
        if (may_be_absent && outcome.code() == Code::NotFound) continue;
        TRY(outcome);
    }
    return ok_status();
}

Status call_for_file(Client& client, const HttpRequest& request, bool may_be_absent) {
    TRY_ASSIGN(const HttpReply reply, client.connection().call(request));
    TRY_ASSIGN(const json::object envelope, envelope_of(reply, request.target));
    return outcome_of_all(envelope, may_be_absent);
}

}  // namespace

Result<std::map<std::string, std::string>> read_files(Client& client,
                                                      const std::vector<std::string>& paths) {
    std::map<std::string, std::string> contents;
    if (paths.empty()) return contents;
    HttpRequest request{.target = "/v1/files?action=read", .accept = "multipart/form-data"};
    for (const std::string& path : paths) request.target += "&path=" + url_encode(path);
    TRY_ASSIGN(const HttpReply reply, client.connection().call(request));
    const std::string boundary = boundary_of(reply.content_type);
    if (boundary.empty()) {
        TRY(envelope_of(reply, request.target).status());
        return server::internal_error("Pebble answered the read of files with " +
                                      reply.content_type);
    }
    bool complete = false;
    for (Part& part : parts_of(reply.body, boundary)) {
        if (part.headers.find("name=\"files\"") != std::string::npos) {
            contents[file_name_of(part)] = std::move(part.body);
        } else if (part.headers.find("name=\"response\"") != std::string::npos) {
            TRY_ASSIGN(const json::object envelope,
                       parse_json_object(part.body, "Pebble's answer"));
            TRY(outcome_of_all(envelope, true));
            complete = true;
        }
    }
    if (complete) return contents;
    return server::internal_error("Pebble's answer to the read of files has no end");
}

Result<std::vector<std::string>> list_files(Client& client, const std::string& folder) {
    std::vector<std::string> paths;
    const auto listed = client.get("/v1/files?action=list&path=" + url_encode(folder));
    if (!listed.ok() && listed.status().code() == Code::NotFound) return paths;
    TRY(listed.status());
    const auto* entries = listed->if_array();
    if (entries == nullptr) return paths;
    for (const json::value& entry : *entries) {
        if (!entry.is_object() || text_at(entry.get_object(), "type") != "file") continue;
        paths.push_back(text_at(entry.get_object(), "path"));
    }
    return paths;
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
        client,
        {.method = "POST",
         .target = "/v1/files",
         .body = std::move(body),
         .content_type = "multipart/form-data; boundary=" + std::string(kBoundary)},
        false);
}

Status remove_file(Client& client, const std::string& path) {
    const json::object entry{{"path", path}};
    const json::object request{{"action", "remove"}, {"paths", json::array{entry}}};
    return call_for_file(
        client, {.method = "POST", .target = "/v1/files", .body = json::serialize(request)}, true);
}

}  // namespace charm::pebble
