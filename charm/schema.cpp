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
    switch (exit_code) {
    case 0: return {.state = SchemaState::ready, .text = text};
    case 2: return {.state = SchemaState::old, .text = text};
    case 3: return {.state = SchemaState::newer, .text = text};
    default: return {.state = SchemaState::unreachable, .text = text};
    }
}

std::string shell_quoted(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

}  // namespace charm
