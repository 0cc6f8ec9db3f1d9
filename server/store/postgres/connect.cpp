#include "server/store/postgres/connect.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>

#include "server/store/postgres/address.h"
#include "server/store/postgres/connect_attributes.h"

namespace server::store::postgres {

namespace {

constexpr std::string_view kSystemAuthorities = "/etc/ssl/certs/ca-certificates.crt";
constexpr std::size_t kPasswordBytesMax = 4096;

std::string first_line(const std::string& text) {
    return text.substr(0, text.find_first_of("\r\n"));
}

Result<std::string> password_from_file(const Database& database) {
    std::ifstream file(database.password_file);
    std::string line;
    std::getline(file, line);
    if (!file && line.empty()) {
        return failed_precondition("the password of PostgreSQL cannot be read from " +
                                   database.password_file + " (" +
                                   key_of(database, "passwordFile") + ")");
    }
    return first_line(line);
}

Result<std::string> password_from_command(const Database& database) {
    const auto close = [](std::FILE* pipe) { return ::pclose(pipe); };
    std::FILE* pipe = ::popen(database.password_command.c_str(), "re");
    std::string output;
    if (pipe != nullptr) {
        std::array<char, kPasswordBytesMax> buffer;
        output.assign(buffer.data(), std::fread(buffer.data(), 1, buffer.size(), pipe));
    }
    const int status = pipe == nullptr ? -1 : close(pipe);
    if (status == 0) return first_line(output);
    return failed_precondition("the command for the password of PostgreSQL failed with status " +
                               std::to_string(status) + " (" + key_of(database, "passwordCommand") +
                               ")");
}

Result<std::string> password_of(const Database& database) {
    if (!database.password.empty()) return database.password;
    if (!database.password_file.empty()) return password_from_file(database);
    if (!database.password_command.empty()) return password_from_command(database);
    return std::string();
}

bool is_address(const std::string& host) {
    in6_addr address{};
    return ::inet_pton(AF_INET, host.c_str(), &address) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

Result<std::string> resolve_host(const Database& database) {
    if (is_address(database.host)) return database.host;
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(database.host.c_str(), nullptr, &hints, &found);
    if (error != 0) {
        return unavailable("could not translate host name \"" + database.host +
                           "\" to address: " + ::gai_strerror(error));
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
    std::array<char, NI_MAXHOST> text{};
    ::getnameinfo(found->ai_addr, found->ai_addrlen, text.data(), text.size(), nullptr, 0,
                  NI_NUMERICHOST);
    return std::string(text.data());
}

Status add_host(const Database& database, Parameters& parameters) {
    const bool other_name = database.tls.mode == TlsMode::verify_full &&
                            !database.tls.server_name.empty() &&
                            database.tls.server_name != database.host;
    if (!other_name) {
        parameters.emplace_back("host", database.host);
        return ok_status();
    }
    // libpq checks the certificate against `host` and connects to `hostaddr`.
    TRY_ASSIGN(std::string address, resolve_host(database));
    parameters.emplace_back("host", database.tls.server_name);
    parameters.emplace_back("hostaddr", std::move(address));
    return ok_status();
}

void add_tls(const Tls& tls, Parameters& parameters) {
    if (tls.mode == TlsMode::off) {
        parameters.emplace_back("sslmode", "disable");
        return;
    }
    const bool verify = tls.mode == TlsMode::verify_full;
    parameters.emplace_back("sslmode", verify ? "verify-full" : "require");
    if (verify) {
        const bool system = tls.ca_file.empty();
        parameters.emplace_back("sslrootcert",
                                system ? std::string(kSystemAuthorities) : tls.ca_file);
    } else {
        // libpq would verify after all if it found a file in the user's home.
        parameters.emplace_back("sslrootcert", "/dev/null/none");
    }
    if (!tls.cert_file.empty()) parameters.emplace_back("sslcert", tls.cert_file);
    if (!tls.key_file.empty()) parameters.emplace_back("sslkey", tls.key_file);
}

int milliseconds_until(TimePoint deadline, const Clock& clock) {
    if (deadline == kNever) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock.now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
}

bool poll_connect(PGconn* connection, const Surroundings& surroundings, TimePoint deadline,
                  std::string& reason) {
    for (PostgresPollingStatusType state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK;
         state = PQconnectPoll(connection)) {
        if (state == PGRES_POLLING_FAILED) {
            reason = PQerrorMessage(connection);
            return false;
        }
        const short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        if (!wait_for_socket(PQsocket(connection), events, deadline, surroundings.clock,
                             &surroundings.interrupt)) {
            reason = surroundings.interrupt.raised() ? "the store stops" : "timeout expired";
            return false;
        }
    }
    return true;
}

Result<Database> at_its_address(const Database& database) {
    TRY_ASSIGN(const Address address, address_of(database));
    Database now = database;
    now.host = address.host;
    now.port = address.port;
    return now;
}

void ignore_notice(void*, const PGresult*) {}

}  // namespace

bool wait_for_socket(int socket, short events, TimePoint deadline, const Clock& clock,
                     const Interrupt* interrupt) {
    std::array<pollfd, 2> waiting{pollfd{socket, events, 0}, pollfd{-1, POLLIN, 0}};
    if (interrupt != nullptr) waiting[1].fd = interrupt->descriptor();
    for (;;) {
        const int ready =
            ::poll(waiting.data(), waiting.size(), milliseconds_until(deadline, clock));
        if (ready < 0 && errno == EINTR) continue;
        if (ready > 0 && waiting[0].revents != 0) return true;
        if (ready > 0) return false;
        if (clock.now() >= deadline) return false;
    }
}

Result<Parameters> connect_parameters(const Database& database) {
    TRY_ASSIGN(std::string password, password_of(database));
    Parameters parameters{{"port", database.port},
                          {"dbname", database.name},
                          {"user", database.user},
                          {"client_encoding", "UTF8"},
                          {"application_name", "temporal-server"},
                          {"gssencmode", "disable"},
                          {"keepalives_idle", "10"},
                          {"keepalives_interval", "5"},
                          {"keepalives_count", "3"},
                          {"tcp_user_timeout", "15000"}};
    TRY(add_host(database, parameters));
    add_tls(database.tls, parameters);
    if (!password.empty()) parameters.emplace_back("password", std::move(password));
    TRY(add_attributes(database, parameters));
    return parameters;
}

PGconn* connect(const Surroundings& surroundings, TimePoint deadline, ConnectFailure& failure) {
    const Result<Database> database = at_its_address(surroundings.database);
    const Result<Parameters> parameters =
        database.ok() ? connect_parameters(*database) : Result<Parameters>(database.status());
    if (!parameters.ok()) {
        failure = {parameters.status(), parameters.status().code() == Code::Unavailable};
        return nullptr;
    }
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    for (const auto& [keyword, value] : *parameters) {
        keywords.push_back(keyword.c_str());
        values.push_back(value.c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    PGconn* connection = PQconnectStartParams(keywords.data(), values.data(), 0);
    std::string reason = "out of memory";
    if (connection != nullptr) {
        // With the SQLSTATE, which is the same in every language.
        PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
        PQsetNoticeReceiver(connection, ignore_notice, nullptr);
        if (PQstatus(connection) == CONNECTION_BAD) {
            reason = PQerrorMessage(connection);
        } else if (poll_connect(connection, surroundings, deadline, reason)) {
            return connection;
        }
        PQfinish(connection);
    }
    failure = explain_connect_failure(*database, reason);
    return nullptr;
}

}  // namespace server::store::postgres
