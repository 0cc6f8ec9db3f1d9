#include "charm/schema.h"

namespace charm {

namespace {

std::string last_line(const std::string& text) {
    std::size_t end = text.find_last_not_of("\r\n \t");
    if (end == std::string::npos) return {};
    const std::size_t start = text.rfind('\n', end);
    return text.substr(start == std::string::npos ? 0 : start + 1,
                       end - (start == std::string::npos ? 0 : start + 1) + 1);
}

// What a tool of another release says of our words. The Go server's exits with 3 at a command that
// it does not know.
std::string refused_words(const std::string& text) {
    for (const char* phrase : {"unknown flag", "unknown command", "flag provided but not defined",
                               "No help topic for"}) {
        const std::size_t at = text.find(phrase);
        if (at != std::string::npos) return text.substr(at, text.find('\n', at) - at);
    }
    return {};
}

}  // namespace

DatabaseFiles database_files(const std::string& name) {
    const std::string secret = std::string(kSecretsFolder) + "/" + name;
    return {.address = "/etc/temporal/config/" + name + "-address",
            .password = secret + "-password",
            .ca = secret + "-ca.pem"};
}

std::vector<std::string> sql_tool(const Database& database, const DatabaseFiles& files,
                                  const std::vector<std::string>& verb) {
    std::vector<std::string> argv{"temporal-sql-tool",
                                  "--plugin",
                                  "postgres12",
                                  "--endpoint",
                                  database.host,
                                  "--port",
                                  std::to_string(database.port),
                                  "--database",
                                  database.name,
                                  "--user",
                                  database.user,
                                  "--password-file",
                                  files.password};
    if (database.tls) {
        argv.push_back("--tls");
        if (database.ca.empty()) {
            argv.push_back("--tls-disable-host-verification");
        } else {
            argv.insert(argv.end(), {"--tls-ca-file", files.ca});
        }
    }
    argv.insert(argv.end(), verb.begin(), verb.end());
    return argv;
}

std::string schema_name(const std::string& endpoint) {
    return endpoint == "db" ? "temporal" : endpoint;
}

std::vector<std::string> schema_version_words(const std::string& endpoint) {
    return {"schema-version", "--schema-name", schema_name(endpoint)};
}

SchemaAnswer schema_answer(int exit_code, const std::string& output, const std::string& errors) {
    std::string text = last_line(errors);
    if (text.empty()) text = last_line(output);
    const std::string refused = exit_code == 0 ? "" : refused_words(errors + "\n" + output);
    if (!refused.empty()) return {.state = SchemaState::no_tool, .text = refused};
    switch (exit_code) {
    case 0: return {.state = SchemaState::ready, .text = text};
    case 2: return {.state = SchemaState::old, .text = text};
    case 3: return {.state = SchemaState::newer, .text = text};
    default: return {.state = SchemaState::unreachable, .text = text};
    }
}

SchemaAnswer schema_answer(const Status& failure) {
    const bool absent = failure.code() == Code::InvalidArgument &&
                        failure.message().find("cannot find executable") != std::string::npos;
    return {.state = absent ? SchemaState::no_tool : SchemaState::unreachable,
            .text = failure.message()};
}

Need no_tool_need(const std::string& app, const std::string& resource, const SchemaAnswer& answer) {
    return blocked("resource " + resource +
                   " lacks the temporal-sql-tool of this release: " + answer.text +
                   "; attach the image that make charm writes: juju attach-resource " + app + " " +
                   resource + "=...");
}

std::string shell_quoted(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

}  // namespace charm
