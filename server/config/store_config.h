#pragma once
// persistence: where the data is. A part of config.h.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/base/time.h"

namespace server::config {

// persistence.datastores.<name>.sql.tls
struct StoreTls {
    bool enabled = false;
    std::string ca_file;
    std::string cert_file;
    std::string key_file;
    std::string ca_data;  // base64 of PEM, instead of the files
    std::string cert_data;
    std::string key_data;  // never in a log
    bool enable_host_verification = false;
    std::string server_name;  // instead of the host of connectAddr

    bool operator==(const StoreTls&) const = default;
};

// persistence.datastores.<name>.sql
struct Sql {
    std::string plugin_name;      // postgres12, postgres12_pgx, postgres (the same), sqlite, mysql8
    std::string database_name{};  // sqlite: the path of the file
    std::string connect_address{};  // host:port, several with commas between
    // Ours: instead of `connect_address`, read anew for each connection.
    std::string connect_address_file{};
    std::string connect_protocol{};
    std::map<std::string, std::string> connect_attributes{};  // sqlite: mode=memory, and pragmas
    std::string user{};
    std::string password{};  // never in a log
    // Ours: instead of `password`, read anew for each connection.
    std::string password_file{};
    std::vector<std::string> password_command{};  // a program and its arguments
    std::int64_t connections_max = 0;             // 0: the store's own number
    std::int64_t idle_connections_max = 0;
    Duration connection_lifetime_max{};
    StoreTls tls{};
    // Ours. auto asks the server, as a pooler between may not know them.
    std::string prepared_statements = "auto";
    std::int64_t writers = 0;  // connections that commit, of those; 0: the store's own number

    bool is_postgres() const { return plugin_name.starts_with("postgres"); }
    bool operator==(const Sql&) const = default;
};

struct Datastore {
    std::optional<Sql> sql{};
    bool cassandra = false;         // present, and not built yet
    bool elasticsearch = false;     // the same
    bool custom_datastore = false;  // the same

    bool operator==(const Datastore&) const = default;
};

struct Persistence {
    std::string default_store;
    std::string visibility_store;
    std::int32_t history_shard_count = 0;  // numHistoryShards; fixed for the life of a database
    std::map<std::string, Datastore> datastores;

    bool operator==(const Persistence&) const = default;
};

}  // namespace server::config
