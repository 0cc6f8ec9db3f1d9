#include "cli/client/flags.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "server/config/duration.h"
#include "server/config/version.h"

namespace cli {

namespace {

using server::invalid_argument;
using server::Result;
using server::Status;

Flag text(std::string_view name, std::string_view value_name, std::string_view environment,
          std::string_view help) {
    return {.name = name, .value_name = value_name, .help = help, .environment = environment};
}

Flag toggle(std::string_view name, std::string_view environment, std::string_view help) {
    return {.name = name, .kind = Flag::Kind::toggle, .help = help, .environment = environment};
}

bool is_header_name(std::string_view name) {
    constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
    return !name.empty() && name.find_first_not_of(kAllowed) == std::string_view::npos &&
           !name.starts_with("grpc-");
}

bool is_header_value(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// The text itself, or that of the file the other flag names.
Result<std::string> pem(const FlagValues& flags, const std::string& name) {
    const std::string data = flags.text(name + "-data");
    const std::string path = flags.text(name + "-path");
    if (!data.empty() && !path.empty()) {
        return invalid_argument("--" + name + "-data and --" + name + "-path exclude each other");
    }
    if (path.empty()) return data;
    return read_file("flag --" + name + "-path", path);
}

constexpr std::array<std::string_view, 8> kTlsFlags{
    "tls-cert-path", "tls-cert-data", "tls-key-path",    "tls-key-data",
    "tls-ca-path",   "tls-ca-data",   "tls-server-name", "tls-disable-host-verification"};

// Asked for, or meant by another flag; --tls=false has the last word.
bool wants_tls(const FlagValues& flags) {
    if (flags.given("tls")) return flags.toggle("tls");
    return flags.given("api-key") || std::any_of(kTlsFlags.begin(), kTlsFlags.end(),
                                                 [&](auto name) { return flags.given(name); });
}

Result<std::optional<Tls>> tls_of(const FlagValues& flags) {
    if (!wants_tls(flags)) return std::optional<Tls>{};
    Tls tls;
    TRY_ASSIGN(tls.ca_certificates, pem(flags, "tls-ca"));
    TRY_ASSIGN(tls.certificate, pem(flags, "tls-cert"));
    TRY_ASSIGN(tls.key, pem(flags, "tls-key"));
    if (tls.certificate.empty() != tls.key.empty()) {
        return invalid_argument(
            "a client certificate and its key belong together: give both --tls-cert-path and "
            "--tls-key-path");
    }
    tls.server_name = flags.text("tls-server-name");
    tls.check_server = !flags.toggle("tls-disable-host-verification");
    return std::optional<Tls>(std::move(tls));
}

Status read_timeout(const FlagValues& flags, Connection::Options& options) {
    const std::string text = flags.text("command-timeout");
    const auto timeout = server::config::parse_duration(text);
    if (!timeout) {
        return invalid_argument("flag --command-timeout: \"" + text +
                                "\" is no duration such as 30s or 5m");
    }
    options.command_timeout = std::chrono::duration_cast<std::chrono::milliseconds>(*timeout);
    return {};
}

}  // namespace

std::vector<Flag> client_flags() {
    Flag address = text("address", "HOST:PORT", "TEMPORAL_ADDRESS", "The server's gRPC frontend.");
    address.default_value = "127.0.0.1:7233";
    Flag name = text("namespace", "NAME", "TEMPORAL_NAMESPACE", "The namespace to work in.");
    name.letter = 'n';
    name.alias = "ns";
    name.default_value = "default";
    return {
        address,
        name,
        text("api-key", "KEY", "TEMPORAL_API_KEY", "Sent as a bearer token; means --tls."),
        {.name = "grpc-meta",
         .kind = Flag::Kind::list,
         .value_name = "KEY=VALUE",
         .help = "A header of every call."},
        toggle("tls", "TEMPORAL_TLS",
               "Encrypt the connection; meant by every other flag about it."),
        text("tls-cert-path", "FILE", "TEMPORAL_TLS_CLIENT_CERT_PATH",
             "The client's certificate, PEM."),
        text("tls-cert-data", "PEM", "TEMPORAL_TLS_CLIENT_CERT_DATA", "The same, as text."),
        text("tls-key-path", "FILE", "TEMPORAL_TLS_CLIENT_KEY_PATH",
             "The key of that certificate, PEM."),
        text("tls-key-data", "PEM", "TEMPORAL_TLS_CLIENT_KEY_DATA", "The same, as text."),
        text("tls-ca-path", "FILE", "TEMPORAL_TLS_SERVER_CA_CERT_PATH",
             "Who signs servers, PEM; the system's list without it."),
        text("tls-ca-data", "PEM", "TEMPORAL_TLS_SERVER_CA_CERT_DATA", "The same, as text."),
        text("tls-server-name", "NAME", "TEMPORAL_TLS_SERVER_NAME",
             "The name in the server's certificate, where it is not the host of the address."),
        toggle("tls-disable-host-verification", "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION",
               "Take any certificate of the server."),
        text("client-authority", "NAME", "", "The :authority of the calls."),
        text("identity", "TEXT", "",
             "Who the client is, in histories (default temporal-cli:user@host)."),
    };
}

Result<Connection> connect(const Invocation& invocation) {
    const FlagValues& flags = invocation.flags;
    Connection::Options options;
    options.address = flags.text("address");
    TRY(check_address(options.address));
    options.address_advice = "--address HOST:PORT, or the variable TEMPORAL_ADDRESS";
    options.authority = flags.text("client-authority");
    if (!is_header_value(options.authority)) {
        return invalid_argument(
            "flag --client-authority: the value has characters that no header can carry");
    }
    TRY_ASSIGN(options.tls, tls_of(flags));
    TRY(read_timeout(flags, options));
    add_client_headers(flags.text("namespace"), options);
    if (const std::string key = flags.text("api-key"); !key.empty()) {
        TRY(add_header("api-key", "authorization", "Bearer " + key, options));
    }
    for (const std::string& pair_text : flags.list("grpc-meta")) {
        TRY_ASSIGN(const auto pair, split_pair("grpc-meta", pair_text));
        TRY(add_header("grpc-meta", pair.first, pair.second, options));
    }
    return Connection(std::move(options));
}

std::string identity_of(const Invocation& invocation) {
    const std::string given = invocation.flags.text("identity");
    return given.empty() ? default_identity("temporal-cli") : given;
}

Status check_address(const std::string& address) {
    if (address.starts_with("unix:") || address.find("://") != std::string::npos) return {};
    const auto colon = address.rfind(':');
    const bool has_port = colon != std::string::npos && colon > 0;
    const auto port = has_port ? server::config::parse_integer(address.substr(colon + 1))
                               : std::optional<std::int64_t>();
    if (port && *port > 0 && *port <= 65535) return {};
    return invalid_argument("the address \"" + address +
                            "\" is not HOST:PORT, such as localhost:7233");
}

Result<std::string> read_file(const std::string& what, const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return invalid_argument(what + ": cannot read " + path);
    return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<std::pair<std::string, std::string>> split_pair(const std::string& flag,
                                                       const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        return invalid_argument("flag --" + flag + ": \"" + text + "\" is not KEY=VALUE");
    }
    return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

Status add_header(const std::string& flag, std::string name, const std::string& value,
                  Connection::Options& options) {
    for (char& c : name) c = static_cast<char>(std::tolower(c));
    if (!is_header_name(name)) {
        return invalid_argument("flag --" + flag + ": \"" + name + "\" is no name of a header");
    }
    if (!is_header_value(value)) {
        return invalid_argument("flag --" + flag + ": the value of " + name +
                                " has characters that no header can carry");
    }
    options.metadata.emplace_back(std::move(name), value);
    return {};
}

void add_client_headers(const std::string& namespace_name, Connection::Options& options) {
    options.metadata.emplace_back("client-name", "temporal-cli");
    options.metadata.emplace_back("client-version", std::string(server::config::kVersion));
    if (is_header_value(namespace_name)) {
        options.metadata.emplace_back("temporal-namespace", namespace_name);
    }
}

std::string default_identity(std::string_view program) {
    std::array<char, 256> host{};
    if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
    const char* user = std::getenv("USER");
    return std::string(program) + ":" + (user == nullptr ? "" : user) + "@" + host.data();
}

}  // namespace cli
