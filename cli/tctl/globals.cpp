#include "cli/tctl/globals.h"

#include <cstdlib>
#include <ostream>

#include "cli/client/flags.h"
#include "cli/json/message.h"
#include "cli/json/text.h"

namespace cli::tctl {

namespace {

using server::invalid_argument;
using server::Result;
using server::Status;

constexpr char kAddress[] = "127.0.0.1:7233";
constexpr std::int64_t kTimeoutSecondsMax = 3600;

Flag tls_flag(std::string_view name, std::string_view value_name, std::string_view environment,
              std::string_view help) {
    return {.name = name, .value_name = value_name, .help = help, .environment = environment};
}

// By the flag or its own variable, else by that of `temporal`, which images set as well.
std::string text_or(const FlagValues& flags, const std::string& flag, const char* variable) {
    if (flags.given(flag)) return flags.text(flag);
    const char* value = std::getenv(variable);
    return value == nullptr || *value == '\0' ? flags.text(flag) : std::string(value);
}

Result<std::string> certificate_file(const FlagValues& flags, const std::string& flag) {
    const std::string path = flags.text(flag);
    if (path.empty()) return std::string();
    return read_file("flag --" + flag, path);
}

Result<std::optional<Tls>> tls_of(const FlagValues& flags) {
    Tls tls;
    TRY_ASSIGN(tls.ca_certificates, certificate_file(flags, "tls_ca_path"));
    TRY_ASSIGN(tls.certificate, certificate_file(flags, "tls_cert_path"));
    TRY_ASSIGN(tls.key, certificate_file(flags, "tls_key_path"));
    tls.server_name = flags.text("tls_server_name");
    tls.check_server = !flags.toggle("tls_disable_host_verification");
    if (tls.certificate.empty() != tls.key.empty()) {
        return invalid_argument(
            "a client certificate and its key belong together: give both --tls_cert_path and "
            "--tls_key_path");
    }
    const bool wanted = !tls.ca_certificates.empty() || !tls.certificate.empty() ||
                        !tls.server_name.empty() || !tls.check_server;
    if (!wanted) return std::optional<Tls>{};
    return std::optional<Tls>(std::move(tls));
}

}  // namespace

std::vector<Flag> global_flags() {
    return {
        {.name = "address",
         .value_name = "HOST:PORT",
         .help = "The server's gRPC frontend.",
         .default_value = kAddress,
         .alias = "ad",
         .environment = "TEMPORAL_CLI_ADDRESS"},
        {.name = "namespace",
         .letter = 'n',
         .value_name = "NAME",
         .help = "The namespace to work in.",
         .default_value = "default",
         .alias = "ns",
         .environment = "TEMPORAL_CLI_NAMESPACE"},
        {.name = "auth",
         .value_name = "TEXT",
         .help = "The authorization header of every call.",
         .environment = "TEMPORAL_CLI_AUTH"},
        {.name = "context_timeout",
         .kind = Flag::Kind::integer,
         .value_name = "SECONDS",
         .help = "How long a call may take.",
         .default_value = "5",
         .minimum = 1,
         .maximum = kTimeoutSecondsMax,
         .alias = "ct",
         .environment = "TEMPORAL_CONTEXT_TIMEOUT"},
        {.name = "auto_confirm",
         .kind = Flag::Kind::toggle,
         .help = "Answer every question with yes."},
        tls_flag("tls_cert_path", "FILE", "TEMPORAL_CLI_TLS_CERT",
                 "The client's certificate, PEM; any flag about TLS turns it on."),
        tls_flag("tls_key_path", "FILE", "TEMPORAL_CLI_TLS_KEY",
                 "The key of that certificate, PEM."),
        tls_flag("tls_ca_path", "FILE", "TEMPORAL_CLI_TLS_CA", "Who signs servers, PEM."),
        tls_flag("tls_server_name", "NAME", "TEMPORAL_CLI_TLS_SERVER_NAME",
                 "The name in the server's certificate."),
        {.name = "tls_disable_host_verification",
         .kind = Flag::Kind::toggle,
         .help = "Take any certificate of the server.",
         .environment = "TEMPORAL_CLI_TLS_DISABLE_HOST_VERIFICATION"},
    };
}

std::string namespace_name(const Invocation& invocation) {
    return text_or(invocation.flags, "namespace", "TEMPORAL_NAMESPACE");
}

Result<Connection> open_connection(const Invocation& invocation) {
    const FlagValues& flags = invocation.flags;
    Connection::Options options;
    options.address = text_or(flags, "address", "TEMPORAL_ADDRESS");
    TRY(check_address(options.address));
    options.address_advice = "--address HOST:PORT, or the variable TEMPORAL_CLI_ADDRESS";
    options.call_timeout = std::chrono::seconds(*flags.integer("context_timeout"));
    TRY_ASSIGN(options.tls, tls_of(flags));
    add_client_headers(namespace_name(invocation), options);
    if (const std::string auth = flags.text("auth"); !auth.empty()) {
        TRY(add_header("auth", "authorization", auth, options));
    }
    return Connection(std::move(options));
}

std::string identity() { return default_identity("tctl"); }

void print_json(const google::protobuf::Message& message, Terminal& terminal) {
    const JsonForm form{.payload_shorthand = false, .short_enums = true};
    terminal.out << to_text(to_json(message, form), JsonLayout::indented) << "\n";
}

}  // namespace cli::tctl
