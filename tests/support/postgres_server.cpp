#include "tests/support/postgres_server.h"

#include <libpq-fe.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>

namespace server::tests {

namespace {

constexpr const char* kScript = "tests/support/postgres/private";

// Runs the script; what it printed. The words hold no quotes.
std::string script(const std::string& command, const std::string& folder,
                   const std::vector<std::string>& words = {}) {
    std::string line = std::string(kScript) + " " + command + " '" + folder + "'";
    for (const std::string& word : words) line += " '" + word + "'";
    std::FILE* pipe = ::popen((line + " 2>&1").c_str(), "re");
    if (pipe == nullptr) throw std::runtime_error("cannot run " + line);
    std::string printed;
    for (int byte = std::fgetc(pipe); byte != EOF; byte = std::fgetc(pipe)) {
        printed += static_cast<char>(byte);
    }
    if (::pclose(pipe) != 0) throw std::runtime_error(line + ": " + printed);
    return printed;
}

// Of lines NAME=VALUE.
std::string value_of(const std::string& name, const std::string& printed) {
    const std::string text = "\n" + printed;
    const auto at = text.find("\n" + name + "=");
    if (at == std::string::npos) throw std::runtime_error(name + " is missing in: " + printed);
    const auto begin = at + name.size() + 2;
    return text.substr(begin, text.find('\n', begin) - begin);
}

std::uint16_t port_in(const std::string& printed) {
    return static_cast<std::uint16_t>(std::stoi(value_of("port", printed)));
}

}  // namespace

PostgresServer& PostgresServer::shared() {
    static PostgresServer server;
    return server;
}

PostgresServer::PostgresServer(const std::vector<std::string>& settings) {
    std::string name = (std::filesystem::temp_directory_path() / "postgres-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::filesystem::filesystem_error(name, {});
    folder_ = name;
    std::vector<std::string> words{"--owner", std::to_string(::getpid())};
    words.insert(words.end(), settings.begin(), settings.end());
    const std::string printed = script("start", folder_, words);
    host_ = value_of("host", printed);
    port_ = port_in(printed);
}

PostgresServer::~PostgresServer() {
    try {
        resume();
        kill();
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string PostgresServer::conninfo(const std::string& database, const std::string& user) const {
    return "host=" + host_ + " port=" + std::to_string(port_) + " dbname=" + database +
           " user=" + user + " password=" + user;
}

std::string PostgresServer::make_database(const std::string& prefix, const std::string& owner) {
    const std::string name = prefix + "_" + std::to_string(++databases_);
    static_cast<void>(run("postgres", "CREATE DATABASE " + name + " OWNER " + owner));
    return name;
}

std::string PostgresServer::run(const std::string& database, const std::string& sql) const {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(
        PQconnectdb(conninfo(database, "postgres").c_str()), PQfinish);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexec(connection.get(), sql.c_str()), PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        throw std::runtime_error(sql + ": " + PQerrorMessage(connection.get()));
    }
    std::string text;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
        text += (row == 0 ? "" : "\n") + std::string(PQgetvalue(result.get(), row, 0));
    }
    return text;
}

std::uint16_t PostgresServer::pgbouncer_port() {
    if (pgbouncer_port_ == 0) pgbouncer_port_ = port_in(script("pgbouncer", folder_));
    return pgbouncer_port_;
}

void PostgresServer::start() { script("start", folder_); }
void PostgresServer::stop() const { script("stop", folder_); }
void PostgresServer::kill() const { script("kill", folder_); }
void PostgresServer::pause() const { script("pause", folder_); }
void PostgresServer::resume() const { script("resume", folder_); }

}  // namespace server::tests
