#pragma once
// Which database the flags name.

#include "cli/command.h"
#include "server/store/postgres/options.h"

namespace cli {

// The flags that every command of the tool has.
std::vector<Flag> connection_flags();

struct SqlSettings {
    enum class Plugin { postgres, sqlite };

    Plugin plugin = Plugin::postgres;
    server::store::postgres::Database server;  // postgres
    std::string file;                          // sqlite
};

// InvalidArgument naming the flag; Unimplemented for a database that is not built.
server::Result<SqlSettings> read_settings(const FlagValues& flags);

// The pure part of --connect-attributes: a query string, "sslmode=require&connect_timeout=5".
server::Result<std::vector<std::pair<std::string, std::string>>> read_attributes(
    const std::string& text);

// A handler that fails by a Status: with --quiet the failure is printed, and the exit code is 0.
template <server::Status (*handler)(const Invocation&, Terminal&)>
int checked_unless_quiet(const Invocation& invocation, Terminal& terminal) {
    const int code = checked<handler>(invocation, terminal);
    return invocation.flags.toggle("quiet") ? 0 : code;
}

}  // namespace cli
