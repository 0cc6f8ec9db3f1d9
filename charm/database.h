// A database as the interface postgresql_client describes it (v0, with secrets or with plain keys,
// and v1), and what we ask of its provider.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "charm/juju/tools.h"
#include "charm/need.h"

namespace charm {

struct Relation;

struct Database {
    std::string host;
    std::uint16_t port = 5432;
    std::string name;
    std::string user;
    std::string password;  // never in a log, a bag, an argument or an environment
    bool tls = false;
    std::string ca{};  // PEM; with it the server's certificate is verified

    // Host and port as the server joins them.
    std::string address() const;
    // Without the password, for sorting out which relations mean the same database.
    std::string place() const { return host + ":" + std::to_string(port) + "/" + name; }
};

// The database, or what is still missing. `endpoint` is ours (db, visibility), `secrets` what could
// be read of those that the relation names.
struct DatabaseFound {
    Database database{};
    std::optional<Need> need{};
};
DatabaseFound read_database(const std::string& endpoint, const std::string& app,
                            const Relation* relation,
                            const std::map<std::string, juju::Content>& secrets);

// The ids of the secrets that the relation's provider names.
std::vector<std::string> secret_ids_of(const Relation& relation);

// What the leader writes into its application bag: the request, in the provider's version.
juju::Bag database_request(const std::string& endpoint, const std::string& app,
                           const Relation& relation);

// Of PostgreSQL, asked for with each login: what all applications share belongs to it.
inline constexpr const char* kOwnerRole = "admin";

// The fixed names of the two databases: the applications of one deployment share them.
std::string database_name(const std::string& endpoint);

}  // namespace charm
