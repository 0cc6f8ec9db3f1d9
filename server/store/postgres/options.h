#pragma once
// How a process reaches its PostgreSQL databases. Made by server/app from
// persistence.datastores.<name>.sql of the configuration file; messages of failures name its keys.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/base/time.h"

namespace server::store::postgres {

enum class TlsMode {
    off,          // tls.enabled: false
    require,      // encrypted, whoever answers (tls.enableHostVerification: false)
    verify_full,  // encrypted, and the certificate names the server
};

struct Tls {
    TlsMode mode = TlsMode::off;
    std::string ca_file;    // empty: the system's certificates
    std::string cert_file;  // of the client; empty: none
    std::string key_file;
    std::string server_name;  // expected in the certificate; empty: the host
};

// Named statements save the database the parsing and planning of every call, and a pooler between
// (PgBouncer before 1.21) loses them. automatic looks for one when it connects.
enum class PreparedStatements { automatic, on, off };

// Where the user has set what a failure names: keys of the configuration file, or flags of
// temporal-sql-tool.
enum class Settings { configuration, flags };

// One database and the account to use it.
struct Database {
    Settings settings = Settings::configuration;
    std::string datastore = "default";  // <name> of persistence.datastores.<name>
    std::string host = "127.0.0.1";     // a name, an address, or the directory of a socket
    std::string port = "5432";
    // Instead of host and port, which are then what it said at the start (address.h).
    std::string address_file;
    std::string name = "temporal";
    std::string user;
    // The first that is set counts; a file and a command are read anew for every connection, so a
    // rotated password needs no restart.
    std::string password;
    std::string password_file;
    std::string password_command;  // run by /bin/sh; its first line of output
    Tls tls;
    // sql.connectAttributes: parameters of libpq, and settings of the server for the session.
    std::vector<std::pair<std::string, std::string>> attributes;
    PreparedStatements prepared_statements = PreparedStatements::automatic;
    // Of this process to this database, all together (sql.maxConns).
    std::size_t connections_max = 20;
    // One that is as old is replaced at its next use (sql.maxConnLifetime); 0: never.
    Duration connection_lifetime_max{};
};

struct Options {
    Database database;
    // Absent: visibility lives in the same database and commits with the transition.
    std::optional<Database> visibility;
    std::size_t writers = 2;  // connections that group commits, 1 to kWritersMax
    std::size_t readers = 2;
    // Of records in a database of their own: how long a batch waits for more, so that the start and
    // the end of a short run are one row's write.
    Duration visibility_linger = 100ms;
    // How long open() goes on trying where the fault may heal by itself (the server is starting,
    // the host does not answer, all connections are taken).
    Duration start_patience = 60s;
};

inline constexpr std::size_t kWritersMax = 4;
inline constexpr std::size_t kReadersMax = 8;

}  // namespace server::store::postgres
