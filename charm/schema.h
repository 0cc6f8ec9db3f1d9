// The schema of a database as temporal-sql-tool sees it. It runs inside the workload's container;
// the password reaches it as a file.
#pragma once

#include <string>
#include <vector>

#include "charm/database.h"
#include "charm/result.h"

namespace charm {

enum class SchemaState {
    ready,
    old,          // missing, or from before this release
    newer,        // from a later release
    unreachable,  // or not to be used; the text says why
    no_tool,      // the container has none, or one that does not know our words
};

struct SchemaAnswer {
    SchemaState state = SchemaState::unreachable;
    std::string text{};  // the tool's own words
};

// Where the files of one database lie in a container.
struct DatabaseFiles {
    std::string address;  // host:port, which a running server follows
    std::string password;
    std::string ca;
};
inline constexpr const char* kSecretsFolder = "/etc/temporal/secrets";
DatabaseFiles database_files(const std::string& name);

// `temporal-sql-tool` with the flags that find the database, and then `verb`.
std::vector<std::string> sql_tool(const Database& database, const DatabaseFiles& files,
                                  const std::vector<std::string>& verb);

// Which schema belongs into the database of this endpoint (db, visibility), as the tool calls it.
std::string schema_name(const std::string& endpoint);
// The words that ask for it.
std::vector<std::string> schema_version_words(const std::string& endpoint);

// The exit codes of `schema-version`: 0 ready, 2 older or missing, 3 newer, 4 unreachable, 1 all
// else (a wrong password, a database that is not there).
SchemaAnswer schema_answer(int exit_code, const std::string& output, const std::string& errors);
// When it could not be run.
SchemaAnswer schema_answer(const Status& failure);

// Where `resource` brings no tool that we can ask.
Need no_tool_need(const std::string& app, const std::string& resource, const SchemaAnswer& answer);

// For a POSIX shell.
std::string shell_quoted(const std::string& text);

}  // namespace charm
