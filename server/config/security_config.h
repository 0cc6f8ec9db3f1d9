#pragma once
// global.tls, global.authorization and the charm's auth. Nothing of it is built yet: read_config.h
// refuses what asks for it. A part of config.h.

#include <string>
#include <vector>

#include "server/base/time.h"

namespace server::config {

// What a listener presents and demands.
struct ServerTls {
    std::string cert_file;
    std::string key_file;
    std::vector<std::string> client_ca_files;
    std::string cert_data;  // base64 of PEM, instead of the files
    std::string key_data;   // never in a log
    std::vector<std::string> client_ca_data;
    bool require_client_auth = false;

    bool operator==(const ServerTls&) const = default;
};

// What callers of that listener check.
struct ClientTls {
    std::string server_name;
    bool disable_host_verification = false;
    std::vector<std::string> root_ca_files;
    std::vector<std::string> root_ca_data;
    bool force_tls = false;

    bool operator==(const ClientTls&) const = default;
};

struct TlsGroup {
    ServerTls server;
    ClientTls client;

    bool operator==(const TlsGroup&) const = default;
};

struct WorkerTls {
    std::string cert_file;
    std::string key_file;
    std::string cert_data;
    std::string key_data;  // never in a log
    ClientTls client;

    bool operator==(const WorkerTls&) const = default;
};

struct ExpirationChecks {
    Duration warning_window{};
    Duration error_window{};
    Duration check_interval{};

    bool operator==(const ExpirationChecks&) const = default;
};

struct Tls {
    TlsGroup internode;
    TlsGroup frontend;
    WorkerTls system_worker;
    ExpirationChecks expiration_checks;
    Duration refresh_interval{};

    bool operator==(const Tls&) const = default;
};

struct JwtKeyProvider {
    std::vector<std::string> key_source_uris;
    Duration refresh_interval{};

    bool operator==(const JwtKeyProvider&) const = default;
};

struct Authorization {
    JwtKeyProvider jwt_key_provider;
    std::string permissions_claim_name;
    std::string permissions_regex;
    std::string authorizer;    // empty or default
    std::string claim_mapper;  // empty or default
    std::string audience;
    std::string auth_header_name;
    std::string auth_extra_header_name;

    bool operator==(const Authorization&) const = default;
};

// auth.ofga
struct OpenFga {
    std::string api_scheme;
    std::string api_host;
    std::string api_port;
    std::string token;  // never in a log
    std::string store_id;
    std::string model_id;

    bool operator==(const OpenFga&) const = default;
};

// auth, which Temporal's charm adds: OpenFGA.
struct Auth {
    bool enabled = false;
    std::string admin_groups;
    std::string open_access_namespaces;
    std::string google_client_id;
    OpenFga ofga;

    bool operator==(const Auth&) const = default;
};

}  // namespace server::config
