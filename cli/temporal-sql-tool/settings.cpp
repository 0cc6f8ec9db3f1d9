#include "cli/temporal-sql-tool/settings.h"

#include <charconv>
#include <cstdlib>

namespace cli {

namespace {

using Kind = Flag::Kind;
using server::invalid_argument;
using server::Result;
using server::Status;
using server::store::postgres::Database;
using server::store::postgres::TlsMode;

constexpr std::string_view kPlugins = "postgres12|postgres12_pgx|postgres|sqlite|mysql8|mysql";
constexpr const char* kPostgresPort = "5432";

const std::vector<Flag> kConnectionFlags = {
    {.name = "endpoint",
     .value_name = "HOST",
     .help = "Host of the database, or the directory of its socket. Without it the first of "
             "$POSTGRES_SEEDS or $MYSQL_SEEDS, else 127.0.0.1.",
     .alias = "ep",
     .environment = "SQL_HOST"},
    {.name = "port",
     .letter = 'p',
     .kind = Kind::integer,
     .value_name = "PORT",
     .help = "Port of the database; without it that of its kind, 5432.",
     .minimum = 1,
     .maximum = 65535,
     .environment = "SQL_PORT"},
    {.name = "user",
     .letter = 'u',
     .value_name = "NAME",
     .help = "User of the database.",
     .environment = "SQL_USER"},
    {.name = "password",
     .value_name = "PASSWORD",
     .help = "Its password. Others on this host can read it here: the variable and the file "
             "are safer.",
     .alias = "pw",
     .environment = "SQL_PASSWORD"},
    {.name = "password-file",
     .value_name = "FILE",
     .help = "A file whose first line is the password.",
     .environment = "SQL_PASSWORD_FILE"},
    {.name = "database",
     .value_name = "NAME",
     .help = "Name of the database.",
     .default_value = "temporal",
     .alias = "db",
     .environment = "SQL_DATABASE"},
    {.name = "plugin",
     .value_name = "NAME",
     .help = "Kind of the database.",
     .default_value = "mysql8",
     .choices = kPlugins,
     .alias = "pl",
     .environment = "SQL_PLUGIN"},
    {.name = "connect-attributes",
     .value_name = "QUERY",
     .help = "Further parameters of the connection, as in a URL: "
             "\"connect_timeout=5&application_name=setup\".",
     .alias = "ca",
     .environment = "SQL_CONNECT_ATTRIBUTES"},
    {.name = "quiet",
     .letter = 'q',
     .kind = Kind::toggle,
     .help = "Exit with 0 also after a failure."},
    {.name = "tls",
     .kind = Kind::toggle,
     .help = "Connect with TLS, or not at all.",
     .environment = "SQL_TLS"},
    {.name = "tls-ca-file",
     .value_name = "FILE",
     .help = "Certificate of the authority that signed the server's; without it those that "
             "this host trusts.",
     .environment = "SQL_TLS_CA_FILE"},
    {.name = "tls-cert-file",
     .value_name = "FILE",
     .help = "Certificate of this client.",
     .environment = "SQL_TLS_CERT_FILE"},
    {.name = "tls-key-file",
     .value_name = "FILE",
     .help = "Its key.",
     .environment = "SQL_TLS_KEY_FILE"},
    {.name = "tls-server-name",
     .value_name = "NAME",
     .help = "The name in the server's certificate, where it is not --endpoint.",
     .environment = "SQL_TLS_SERVER_NAME"},
    {.name = "tls-disable-host-verification",
     .kind = Kind::toggle,
     .help = "Encrypt, whoever answers.",
     .environment = "SQL_TLS_DISABLE_HOST_VERIFICATION"},
    {.name = "tls-enable-host-verification",
     .kind = Kind::toggle,
     .help = "As it is without this flag: earlier releases wanted it.",
     .environment = "SQL_TLS_ENABLE_HOST_VERIFICATION"}};

// The variables of Temporal's images; of several hosts the first.
std::string seed_host() {
    for (const char* const name : {"POSTGRES_SEEDS", "MYSQL_SEEDS"}) {
        const char* seeds = std::getenv(name);
        if (seeds == nullptr || *seeds == '\0') continue;
        const std::string text(seeds);
        return text.substr(0, text.find(','));
    }
    return "127.0.0.1";
}

// One that would be of no effect would leave the connection without what the user asked for.
Status check_tls_flags(const FlagValues& flags) {
    for (const char* const name :
         {"tls-cert-file", "tls-key-file", "tls-ca-file", "tls-server-name"}) {
        if (flags.given(name) && !flags.given("tls")) {
            return invalid_argument(std::string("flag --") + name +
                                    " is without effect unless --tls is given too");
        }
    }
    if (flags.toggle("tls-enable-host-verification") &&
        flags.toggle("tls-disable-host-verification")) {
        return invalid_argument(
            "flags --tls-enable-host-verification and --tls-disable-host-verification exclude "
            "each other");
    }
    if (flags.given("tls-cert-file") == flags.given("tls-key-file")) return server::ok_status();
    return invalid_argument("flags --tls-cert-file and --tls-key-file go together");
}

Status read_tls(const FlagValues& flags, Database& database) {
    TRY(check_tls_flags(flags));
    if (!flags.toggle("tls")) return server::ok_status();
    database.tls.mode =
        flags.toggle("tls-disable-host-verification") ? TlsMode::require : TlsMode::verify_full;
    database.tls.ca_file = flags.text("tls-ca-file");
    database.tls.cert_file = flags.text("tls-cert-file");
    database.tls.key_file = flags.text("tls-key-file");
    database.tls.server_name = flags.text("tls-server-name");
    return server::ok_status();
}

Status read_server(const FlagValues& flags, Database& database) {
    database.settings = server::store::postgres::Settings::flags;
    database.host = flags.given("endpoint") ? flags.text("endpoint") : seed_host();
    database.port = flags.given("port") ? flags.text("port") : kPostgresPort;
    database.name = flags.text("database");
    database.user = flags.text("user");
    if (database.user.empty()) return invalid_argument("missing: --user (or SQL_USER)");
    database.password = flags.text("password");
    database.password_file = flags.text("password-file");
    TRY(read_tls(flags, database));
    TRY_ASSIGN(database.attributes, read_attributes(flags.text("connect-attributes")));
    // First, so that one that the user gave counts.
    database.attributes.emplace(database.attributes.begin(), "application_name",
                                "temporal-sql-tool");
    return server::ok_status();
}

std::optional<std::string> unescape(std::string_view text) {
    std::string plain;
    while (!text.empty()) {
        unsigned int byte = 0;
        if (text[0] != '%') {
            plain += text[0] == '+' ? ' ' : text[0];
            text.remove_prefix(1);
            continue;
        }
        const std::string_view digits = text.substr(1, 2);
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
        if (digits.size() != 2 || parsed.ptr != digits.data() + 2) return std::nullopt;
        plain += static_cast<char>(byte);
        text.remove_prefix(3);
    }
    return plain;
}

}  // namespace

std::vector<Flag> connection_flags() { return kConnectionFlags; }

Result<std::vector<std::pair<std::string, std::string>>> read_attributes(const std::string& text) {
    std::vector<std::pair<std::string, std::string>> attributes;
    std::string_view rest = text;
    if (rest.starts_with('?')) rest.remove_prefix(1);
    while (!rest.empty()) {
        const std::string_view part = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        if (part.empty()) continue;
        const auto equals = part.find('=');
        const auto name = unescape(part.substr(0, equals));
        const auto value =
            equals == std::string_view::npos ? std::nullopt : unescape(part.substr(equals + 1));
        if (!name || !value || name->empty()) {
            return invalid_argument("flag --connect-attributes: \"" + std::string(part) +
                                    "\" is not NAME=VALUE as in a URL");
        }
        attributes.emplace_back(*name, *value);
    }
    return attributes;
}

Result<SqlSettings> read_settings(const FlagValues& flags) {
    const std::string plugin = flags.text("plugin");
    SqlSettings settings;
    if (plugin.starts_with("mysql")) {
        return Status(
            server::Code::Unimplemented,
            "the plugin " + plugin +
                " is not built yet: set --plugin (or SQL_PLUGIN) to postgres12 or sqlite");
    }
    if (plugin == "sqlite") {
        settings.plugin = SqlSettings::Plugin::sqlite;
        settings.file = flags.text("database");
        return settings;
    }
    TRY(read_server(flags, settings.server));
    return settings;
}

}  // namespace cli
