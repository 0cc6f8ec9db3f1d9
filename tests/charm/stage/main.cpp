// The programs around a charm under test, one binary under many names (hook tools:
// tests/charm/hook_tool):
//   temporal-server                 listens, is ready while its databases let it in
//   temporal-sql-tool               schema-version, setup-schema, update-schema on a file
//   temporal, tctl                  print how they were called; told to `fail`, they do, and told
//                                   to be `long`, they print 300,000 bytes
// The paths of the workload begin at CONTAINER_ROOT. A database is the file HOST_PORT_NAME in
// FAKE_DATABASES: the schema's version, then a line `user password` for each user; no file:
// unreachable. Cases leave files of their own beside them.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "server/config/history_shards.h"

namespace {

using Arguments = std::vector<std::string>;
constexpr int kWantedSchema = 2;  // what this "release" needs
constexpr int kReady = 0, kOther = 1, kOld = 2, kNewer = 3, kUnreachable = 4;

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

// --- databases

struct FakeDatabase {
    bool reachable = false;
    int version = 0;
    std::map<std::string, std::string> users;
    std::string path;
};

FakeDatabase open_database(const std::string& host, const std::string& port,
                           const std::string& name) {
    FakeDatabase database;
    database.path = variable("FAKE_DATABASES") + "/" + host + "_" + port + "_" + name;
    std::ifstream file(database.path);
    if (!file) return database;
    database.reachable = true;
    file >> database.version;
    std::string user;
    std::string password;
    while (file >> user >> password) database.users[user] = password;
    return database;
}

std::string first_word_of(const std::string& path) {
    std::ifstream file(variable("CONTAINER_ROOT") + path);
    std::string word;
    file >> word;
    return word;
}

bool lets_in(const FakeDatabase& database, const std::string& user,
             const std::string& password_file) {
    const auto found = database.users.find(user);
    return found != database.users.end() && found->second == first_word_of(password_file);
}

std::string flag(const Arguments& arguments, const std::string& name) {
    for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
        if (arguments[i] == name) return arguments[i + 1];
    }
    return {};
}

bool has_word(const Arguments& arguments, const std::string& word) {
    for (const std::string& argument : arguments) {
        if (argument == word) return true;
    }
    return false;
}

void store(const FakeDatabase& database, int version) {
    std::ostringstream text;
    text << version << "\n";
    for (const auto& [user, password] : database.users) text << user << " " << password << "\n";
    std::ofstream(database.path) << text.str();
}

int sql_tool(const Arguments& arguments) {
    const std::string name = flag(arguments, "--database");
    const FakeDatabase database =
        open_database(flag(arguments, "--endpoint"), flag(arguments, "--port"), name);
    if (!database.reachable) {
        std::cerr << "cannot reach the database\n";
        return kUnreachable;
    }
    if (!lets_in(database, flag(arguments, "--user"), flag(arguments, "--password-file"))) {
        std::cerr << "password authentication failed\n";
        return kOther;
    }
    if (has_word(arguments, "schema-version")) {
        std::cout << "schema " << flag(arguments, "--schema-name")
                  << (database.version == 0 ? " is not set up"
                                            : " has version " + std::to_string(database.version))
                  << ", this release needs " << kWantedSchema << ": or not\n";
        if (database.version < kWantedSchema) return kOld;
        return database.version > kWantedSchema ? kNewer : kReady;
    }
    if (!variable("FAKE_SCHEMA_FAILS").empty() ||
        std::ifstream(variable("FAKE_DATABASES") + "/schema-fails")) {
        std::cerr << "cannot alter the schema: disk full\n";
        return 1;
    }
    if (std::ifstream(variable("FAKE_DATABASES") + "/schema-stays")) return 0;
    if (has_word(arguments, "setup-schema") && database.version == 0) store(database, 1);
    if (has_word(arguments, "update-schema")) {
        if (database.version < 1) {
            std::cerr << "there is no schema: run setup-schema first\n";
            return 1;
        }
        store(database, std::max(database.version, kWantedSchema));
    }
    return 0;
}

// --- the server

bool send_all(int socket, const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
        const ssize_t count = send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) return false;
        sent += static_cast<std::size_t>(count);
    }
    return true;
}

struct Settings {
    std::string address;
    std::vector<FakeDatabase> databases;
    bool usable = true;
    std::string history_shards;
};

std::string after(const std::string& line, const std::string& key) {
    const std::size_t at = line.find(key);
    if (at == std::string::npos) return {};
    std::string value = line.substr(at + key.size());
    while (!value.empty() && (value.front() == ' ' || value.front() == '"')) value.erase(0, 1);
    while (!value.empty() && value.back() == '"') value.pop_back();
    return value;
}

Settings read_settings() {
    Settings settings;
    std::ifstream file(variable("CONTAINER_ROOT") + "/etc/temporal/config/charm.yaml");
    std::string line;
    std::string section;
    std::string name;
    std::string host_port;
    while (std::getline(file, line)) {
        if (line == "    default:") section = "db";
        if (line == "    visibility:") section = "visibility";
        if (auto value = after(line, "broadcastAddress:"); !value.empty()) settings.address = value;
        if (auto value = after(line, "numHistoryShards:"); !value.empty()) {
            settings.history_shards = value;
        }
        if (auto value = after(line, "databaseName:"); !value.empty()) name = value;
        if (auto path = after(line, "connectAddrFile:"); !path.empty()) {
            host_port = first_word_of(path);
        }
        if (auto value = after(line, " user:"); !value.empty()) {
            const std::size_t colon = host_port.rfind(':');
            FakeDatabase database =
                open_database(host_port.substr(0, colon), host_port.substr(colon + 1), name);
            const bool in =
                lets_in(database, value, "/etc/temporal/secrets/" + section + "-password");
            settings.usable = settings.usable && in && database.version == kWantedSchema;
            settings.databases.push_back(std::move(database));
        }
    }
    settings.usable = settings.usable && settings.databases.size() == 2;
    return settings;
}

std::string file_of_case(const std::string& name) {
    std::ifstream file(variable("FAKE_DATABASES") + "/" + name);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// What the server says when it cannot run. A case may say so itself (server-fails), or with how
// many shards the main database was made (history-shards).
std::string last_words(const Settings& settings) {
    if (const std::string words = file_of_case("server-fails"); !words.empty()) return words;
    if (!settings.usable) return "the database is not usable";
    const std::string stored = file_of_case("history-shards");
    if (stored.empty() || stored == settings.history_shards) return {};
    return server::config::other_history_shards(std::stoll(settings.history_shards), "postgres",
                                                std::stoll(stored));
}

int listen_on(const std::string& address, std::uint16_t port) {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    const int yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    inet_pton(AF_INET, address.c_str(), &at.sin_addr);
    if (bind(listener, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) return -1;
    return listen(listener, 64) == 0 ? listener : -1;
}

int serve(const Arguments& arguments) {
    if (has_word(arguments, "--version")) {
        std::cout << "temporal-server 9.9.9\n";
        return 0;
    }
    const Settings settings = read_settings();
    if (const std::string words = last_words(settings); !words.empty()) {
        std::cerr << words << "\n";
        return 1;
    }
    const int listener = listen_on(settings.address, 9090);
    if (listener < 0) {
        std::cerr << "cannot listen on " << settings.address << ":9090\n";
        return 1;
    }
    std::signal(SIGTERM, [](int) { _exit(0); });
    std::cout << "listening" << std::endl;  // tests/charm/sim/pebble.py waits for it
    // A simulation that is killed leaves no server behind.
    const pid_t parent = getppid();
    while (getppid() == parent) {
        pollfd waiting{listener, POLLIN, 0};
        if (poll(&waiting, 1, 1000) <= 0) continue;
        const int client = accept(listener, nullptr, nullptr);
        if (client < 0) continue;
        char request[2048];
        (void)recv(client, request, sizeof request, 0);
        const bool ready = read_settings().usable;
        send_all(client, std::string("HTTP/1.1 ") + (ready ? "200 OK" : "503 Unavailable") +
                             "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        close(client);
    }
    return 0;
}

// --- the commands

int command(const Arguments& arguments) {
    std::cout << "called:";
    for (const std::string& argument : arguments) std::cout << " [" << argument << "]";
    std::cout << "\n";
    const bool long_text = has_word(arguments, "long");
    const bool fails = has_word(arguments, "fail");
    for (int i = 0; long_text && i < 100'000; ++i) (fails ? std::cerr : std::cout) << "…";
    if (!fails) return 0;
    std::cerr << "Error: told to fail\n";
    return 7;
}

}  // namespace

int main(int count, char** words) {
    Arguments arguments(words, words + count);
    arguments[0] = arguments[0].substr(arguments[0].rfind('/') + 1);
    if (arguments[0] == "temporal-server") return serve(arguments);
    if (arguments[0] == "temporal-sql-tool") return sql_tool(arguments);
    return command(arguments);
}
