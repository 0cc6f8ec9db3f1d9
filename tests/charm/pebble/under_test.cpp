#include "tests/charm/pebble/under_test.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "tests/support/catch.h"

namespace charm::tests {

namespace {

constexpr int kPauseMs = 10;
constexpr int kPausesMax = 3000;  // half a minute, for the slowest machine

// What the command prints, both outputs together, and whether it succeeded.
std::pair<std::string, bool> said(const std::string& command) {
    std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    std::string text;
    std::array<char, 4096> buffer{};
    while (const std::size_t count = fread(buffer.data(), 1, buffer.size(), pipe)) {
        text.append(buffer.data(), count);
    }
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return {text, pclose(pipe) == 0};
}

std::vector<std::string> command_of(PebbleKind kind, const std::string& socket) {
    if (kind == PebbleKind::stand_in) {
        return {"/usr/bin/env", "python3", "-m", "tests.charm.sim.pebble_alone", socket};
    }
    return {daemon().path, "run", "--create-dirs", "--hold", "--verbose"};
}

// Ends with this process, however that ends. What it prints goes into a file.
pid_t start(const std::vector<std::string>& command, const std::vector<std::string>& environment,
            const std::string& log) {
    const pid_t pid = fork();
    if (pid != 0) return pid;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    std::vector<char*> argv;
    std::vector<char*> variables;
    for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    for (const std::string& entry : environment) {
        variables.push_back(const_cast<char*>(entry.c_str()));
    }
    argv.push_back(nullptr);
    variables.push_back(nullptr);
    execve(argv[0], argv.data(), variables.data());
    _exit(127);
}

}  // namespace

const Daemon& daemon() {
    static const Daemon found = [] {
        const auto [text, good] = said("tests/charm/pebble_daemon/get");
        return good ? Daemon{.path = text} : Daemon{.missing = text};
    }();
    return found;
}

PebbleKind each_kind() {
    if (daemon().path.empty()) return PebbleKind::stand_in;
    return GENERATE(PebbleKind::daemon, PebbleKind::stand_in);
}

PebbleUnderTest::PebbleUnderTest(PebbleKind kind) : client_(folder_.file("pebble.socket")) {
    const std::string socket = client_.connection().socket_path();
    pid_ = start(command_of(kind, socket),
                 {"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + folder_.path().string(),
                  "PEBBLE=" + folder_.file("pebble"), "PEBBLE_SOCKET=" + socket},
                 folder_.file("pebble.log"));
    REQUIRE(comes_true([this] { return pebble::services(client_).ok(); }));
}

PebbleUnderTest::~PebbleUnderTest() {
    kill(pid_, SIGTERM);
    if (comes_true([this] { return waitpid(pid_, nullptr, WNOHANG) == pid_; })) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    FAIL_CHECK("Pebble did not end when told to");
}

std::string PebbleUnderTest::text(const std::string& name) const {
    std::ifstream stream(file(name), std::ios::binary);
    std::ostringstream all;
    all << stream.rdbuf();
    return all.str();
}

std::string PebbleUnderTest::state_of(const std::string& service) {
    const auto all = pebble::services(client_);
    if (!all.ok()) return all.status().message();
    for (const pebble::Service& each : *all) {
        if (each.name == service) return each.current;
    }
    return "no such service";
}

std::string PebbleUnderTest::status_of(const std::string& check) {
    const auto all = pebble::checks(client_);
    if (!all.ok()) return all.status().message();
    for (const pebble::Check& each : *all) {
        if (each.name == check) return each.status;
    }
    return "no such check";
}

Status PebbleUnderTest::add(const char* section, const std::string& name,
                            const json::object& entry) {
    return pebble::add_layer(client_, "test", {{section, json::object{{name, entry}}}});
}

json::object PebbleUnderTest::entry(const char* section, const std::string& name) {
    const auto plan = pebble::current_plan(client_);
    REQUIRE(plan.ok());
    const auto* entries = find_object(*plan, section);
    const auto* entry = entries == nullptr ? nullptr : find_object(*entries, name);
    return entry == nullptr ? json::object() : *entry;
}

json::object service_entry(const std::string& script) {
    return {{"override", "replace"},
            {"startup", "enabled"},
            {"command", "/bin/sh -c '" + script + "'"}};
}

json::object check_entry(const std::string& script, int threshold) {
    const std::string command = "/bin/sh -c '" + script + "'";
    return {{"override", "replace"},
            {"period", "100ms"},
            {"timeout", "90ms"},
            {"threshold", threshold},
            {"exec", json::object{{"command", command}}}};
}

bool says(const Status& status, const std::string& words) {
    if (status.message().find(words) != std::string::npos) return true;
    UNSCOPED_INFO("the message is: " << status.message());
    return false;
}

bool comes_true(const std::function<bool()>& condition) {
    for (int pauses = 0; pauses < kPausesMax; ++pauses) {
        if (condition()) return true;
        poll(nullptr, 0, kPauseMs);
    }
    return false;
}

}  // namespace charm::tests
