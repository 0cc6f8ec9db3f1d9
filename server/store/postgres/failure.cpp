#include "server/store/postgres/failure.h"

#include <array>
#include <cctype>

namespace server::store::postgres {

namespace {

struct KnownState {
    std::string_view sqlstate;
    Fault fault;
};

// Before the classes below.
constexpr std::array kKnownStates = {
    KnownState{"55P03", Fault::lock_wait},
    KnownState{"40001", Fault::passing},
    KnownState{"40P01", Fault::passing},
    KnownState{"26000", Fault::forgotten},  // no such prepared statement
    KnownState{"42P05", Fault::forgotten},  // it is prepared already
    KnownState{"0A000", Fault::forgotten},  // cached plan must not change result type
    KnownState{"57P01", Fault::lost},
    KnownState{"57P02", Fault::lost},
    KnownState{"57P03", Fault::lost},
    KnownState{"57P04", Fault::lost},
    KnownState{"57P05", Fault::lost},
    KnownState{"25P03", Fault::lost},
};

// An explanation of what refuses a connection. `sqlstate` or `text` decides.
struct Explanation {
    std::string_view sqlstate;
    std::string_view text;  // of libpq, in English
    bool heals;
    std::string_view cause;
    std::string_view keys;  // of sql, separated by a space
    std::string_view fix;
};

constexpr std::array kExplanations = {
    Explanation{"28P01", "", false, "the password is wrong for user", "user password",
                "set the password that the database has for this user"},
    Explanation{
        "28000", "", false, "the server does not let in user", "user connectAddr tls",
        "add the user and this host to the server's pg_hba.conf, or use TLS if it asks for it"},
    Explanation{"3D000", "", false, "there is no such database", "databaseName",
                "create it with `temporal-sql-tool create-database`, or name the right one"},
    Explanation{"42501", "", false, "no right to connect", "user databaseName",
                "GRANT CONNECT ON DATABASE to this user"},
    Explanation{"53300", "", true, "all connections of the server are taken", "maxConns",
                "raise max_connections of the server, or lower maxConns of each process"},
    Explanation{"57P03", "", true, "the server is starting or stopping", "connectAddr",
                "wait, or look into the server's log"},
    Explanation{"", "no more connections allowed", true, "all connections of the pooler are taken",
                "maxConns", "raise max_client_conn of the pooler, or lower maxConns"},
    Explanation{"", "no password supplied", false, "the server asks for a password", "password",
                "set the password"},
    Explanation{"", "does not match host name", false,
                "the server's certificate names another host", "tls.serverName connectAddr",
                "connect by the name in the certificate, or set tls.serverName to it"},
    Explanation{"", "certificate verify failed", false,
                "the server's certificate has expired, or is not of a known authority",
                "tls.caFile",
                "renew the server's certificate, or give that of the authority that signed it"},
    Explanation{"", "does not support SSL", false, "the server does not speak TLS", "tls.enabled",
                "turn TLS on at the server, or off here"},
    Explanation{"", "root certificate file", false, "the authority's certificate cannot be read",
                "tls.caFile", "name a file that this process can read"},
    Explanation{"", "certificate file", false, "the client's certificate cannot be read",
                "tls.certFile", "name a file that this process can read"},
    Explanation{"", "private key file", false, "the client's key cannot be read", "tls.keyFile",
                "name a file with mode 0600 that this process can read"},
    Explanation{"", "could not translate host name", true, "the host's name is not known",
                "connectAddr", "correct the name, or the resolver of this host"},
    Explanation{"", "Connection refused", true, "nothing listens there", "connectAddr",
                "start the server, or correct host and port"},
    Explanation{"", "No such file or directory", true, "nothing listens there", "connectAddr",
                "start the server, or correct the directory of its socket"},
    Explanation{"", "expired", true, "the host does not answer", "connectAddr",
                "look at the server and at the network between"},
};

// The five characters between "FATAL:  " and the message, in verbose form; empty without them.
std::string_view sqlstate_in(std::string_view text) {
    constexpr std::size_t kLength = 5;
    for (std::size_t at = text.find(":  "); at != std::string_view::npos;
         at = text.find(":  ", at + 1)) {
        const std::string_view state = text.substr(at + 3, kLength);
        const bool ends = text.substr(at + 3 + kLength).starts_with(": ");
        bool plain = state.size() == kLength;
        for (const char c : state) {
            plain = plain && (std::isupper(static_cast<unsigned char>(c)) != 0 ||
                              std::isdigit(static_cast<unsigned char>(c)) != 0);
        }
        if (plain && ends) return state;
    }
    return {};
}

// One line, without the place in PostgreSQL's sources.
std::string shortened(std::string_view text) {
    std::string line;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        if (part.empty() || part.starts_with("LOCATION:")) continue;
        line += (line.empty() ? "" : " ") + std::string(part);
    }
    return line;
}

struct KeyAndFlag {
    std::string_view key;  // of persistence.datastores.<name>.sql
    std::string_view flag;
};

constexpr std::array kFlags = {
    KeyAndFlag{"connectAddr", "--endpoint, --port"},
    KeyAndFlag{"user", "--user"},
    KeyAndFlag{"password", "--password"},
    KeyAndFlag{"passwordFile", "--password-file"},
    KeyAndFlag{"databaseName", "--database"},
    KeyAndFlag{"connectAttributes", "--connect-attributes"},
    KeyAndFlag{"tls", "--tls"},
    KeyAndFlag{"tls.enabled", "--tls"},
    KeyAndFlag{"tls.caFile", "--tls-ca-file"},
    KeyAndFlag{"tls.certFile", "--tls-cert-file"},
    KeyAndFlag{"tls.keyFile", "--tls-key-file"},
    KeyAndFlag{"tls.serverName", "--tls-server-name"},
};

// " (persistence.datastores.default.sql.user, ...)"
std::string keys_of(const Database& database, std::string_view keys) {
    std::string text;
    while (!keys.empty()) {
        const std::string_view key = keys.substr(0, keys.find(' '));
        keys.remove_prefix(std::min(key.size() + 1, keys.size()));
        const std::string name = key_of(database, key);
        if (!name.empty()) text += (text.empty() ? " (" : ", ") + name;
    }
    return text.empty() ? text : text + ")";
}

std::string place_of(const Database& database) {
    return "PostgreSQL at " + database.host + ":" + database.port + ", database " + database.name +
           ", user " + database.user;
}

}  // namespace

Fault fault_of(std::string_view sqlstate) {
    for (const KnownState& known : kKnownStates) {
        if (known.sqlstate == sqlstate) return known.fault;
    }
    const std::string_view of_class = sqlstate.substr(0, 2);
    if (of_class.empty() || of_class == "08") return Fault::lost;
    if (of_class == "21" || of_class == "22" || of_class == "23" || of_class == "54") {
        return Fault::member;
    }
    return Fault::database;
}

Status status_of(const Failure& failure) {
    switch (failure.fault) {
    case Fault::lost:
        return unavailable("the outcome is unknown, it is safe to try again: " + failure.message);
    case Fault::not_sent:
    case Fault::passing:
    case Fault::forgotten:
    case Fault::lock_wait:
    case Fault::member:
    case Fault::database: return unavailable(failure.message);
    }
    return unavailable(failure.message);
}

std::string key_of(const Database& database, std::string_view key) {
    if (database.settings == Settings::flags) {
        const auto found = std::find_if(kFlags.begin(), kFlags.end(),
                                        [key](const KeyAndFlag& row) { return row.key == key; });
        return found == kFlags.end() ? std::string() : std::string(found->flag);
    }
    return "persistence.datastores." + database.datastore + ".sql." + std::string(key);
}

ConnectFailure explain_connect_failure(const Database& database, std::string_view text) {
    const std::string_view sqlstate = sqlstate_in(text);
    const std::string said = shortened(text);
    for (const Explanation& entry : kExplanations) {
        const bool meant = entry.sqlstate.empty()
                               ? sqlstate.empty() && text.find(entry.text) != text.npos
                               : entry.sqlstate == sqlstate;
        if (!meant) continue;
        std::string message = place_of(database) + ": " + std::string(entry.cause) + " (" + said +
                              "); " + std::string(entry.fix) + keys_of(database, entry.keys);
        const Code code = entry.heals ? Code::Unavailable : Code::FailedPrecondition;
        return {Status(code, std::move(message)), entry.heals};
    }
    return {unavailable(place_of(database) + ": " + said + keys_of(database, "connectAddr")), true};
}

}  // namespace server::store::postgres
