#include "server/store/postgres/statement_failure.h"

#include <algorithm>
#include <array>

namespace server::store::postgres {

namespace {

// The first row that fits counts. In a fix, USER stands for the user.
struct Advice {
    std::string_view sqlstate;  // all of it, or its class
    std::string_view text;      // in the message; empty: any
    bool heals;
    std::string_view fix;
};

constexpr std::array kAdvice = {
    Advice{"42501", "for schema", false,
           "the user USER may not make tables here: as the owner of the database, run "
           "\"GRANT USAGE, CREATE ON SCHEMA public TO USER\""},
    Advice{"42501", "must be owner", false,
           "another user made the tables: run this as that user, or let him \"GRANT\" his role to "
           "USER"},
    Advice{"42501", "create database", false,
           "as a superuser, run \"ALTER ROLE USER CREATEDB\", or create the database as another "
           "user"},
    Advice{"42501", "", false,
           "another user made the tables: as that user, run \"temporal-sql-tool update-schema "
           "--grant-to USER\""},
    Advice{"42704", "role", false, "correct --grant-to, or create the role"},
    Advice{"42P07", "", false,
           "the database has tables that no version accounts for: use an empty database"},
    Advice{"42710", "", false,
           "the database has objects that no version accounts for: use an empty database"},
    Advice{"25006", "", false, "this is a replica, or a read-only user: connect to the primary"},
    Advice{"55P03", "", true, "something else uses the tables: stop it, or try again later"},
    Advice{"55006", "", true, "stop the servers and programs that are connected to it"},
    Advice{"53100", "", true, "free space on the disk of the database"},
    Advice{"57014", "", true, "someone cancelled the statement: try again"},
    Advice{"08", "", true, "the connection broke, nobody can tell what became of it: run it again"},
    Advice{"57P", "", true,
           "the server is stopping, nobody can tell what became of it: run it again"},
    Advice{"40", "", true, "try again"},
    Advice{"53", "", true, "try again later"},
};

constexpr Advice kBroken{"", "", true,
                         "the connection broke, nobody can tell what became of it: run it again"};

const Advice* advice_for(const StatementFailure& failure) {
    if (failure.sqlstate.empty()) return &kBroken;
    const auto found = std::find_if(kAdvice.begin(), kAdvice.end(), [&](const Advice& advice) {
        return failure.sqlstate.starts_with(advice.sqlstate) &&
               failure.message.find(advice.text) != std::string::npos;
    });
    return found == kAdvice.end() ? nullptr : &*found;
}

std::string for_user(std::string_view fix, const std::string& user) {
    constexpr std::string_view kUser = "USER";
    std::string text(fix);
    for (auto at = text.find(kUser); at != std::string::npos; at = text.find(kUser, at)) {
        text.replace(at, kUser.size(), user);
        at += user.size();
    }
    return text;
}

// ":12" for the line of a position in a script of several.
std::string line_of(const std::string& script, std::size_t position) {
    if (position == 0 || script.find('\n') == std::string::npos) return "";
    const auto end =
        script.begin() + static_cast<std::ptrdiff_t>(std::min(position, script.size()));
    return ":" + std::to_string(1 + std::count(script.begin(), end, '\n'));
}

}  // namespace

std::string place_of_database(const Database& database) {
    return "PostgreSQL at " + database.host + ":" + database.port + ", database " + database.name;
}

Status explain_failure(const Database& database, const std::string& what, const std::string& script,
                       const StatementFailure& failure) {
    std::string message = place_of_database(database) + ": " + what +
                          line_of(script, failure.position) + ": " + failure.message;
    if (!failure.detail.empty()) message += ", " + failure.detail;
    if (!failure.sqlstate.empty()) message += " (SQLSTATE " + failure.sqlstate + ")";
    const Advice* advice = advice_for(failure);
    if (advice == nullptr) return failed_precondition(std::move(message));
    message += "; " + for_user(advice->fix, database.user);
    return advice->heals ? unavailable(std::move(message))
                         : failed_precondition(std::move(message));
}

}  // namespace server::store::postgres
