// A Pebble of its own for a test, in a folder that goes away with it: the daemon, or the stand-in
// that the simulation of Juju uses. The contract holds both to the same cases.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "charm/pebble/services.h"
#include "tests/support/temp_dir.h"

namespace charm::tests {

enum class PebbleKind { daemon, stand_in };

// The path of the daemon, or why there is none (tests/charm/pebble_daemon/get).
struct Daemon {
    std::string path{};
    std::string missing{};
};
const Daemon& daemon();

// For each case: the stand-in, and the daemon where there is one.
PebbleKind each_kind();

class PebbleUnderTest {
public:
    // Returns once it answers.
    explicit PebbleUnderTest(PebbleKind kind);
    ~PebbleUnderTest();  // ends it, with what it runs
    PebbleUnderTest(const PebbleUnderTest&) = delete;
    PebbleUnderTest& operator=(const PebbleUnderTest&) = delete;

    pebble::Client& client() { return client_; }
    std::string file(const std::string& name) const { return folder_.file(name); }
    // What the file holds; empty while it is not there.
    std::string text(const std::string& name) const;

    // Of a service or a check; otherwise what is wrong.
    std::string state_of(const std::string& service);
    std::string status_of(const std::string& check);
    // Adds a layer with one entry.
    Status add(const char* section, const std::string& name, const json::object& entry);
    // As the plan has it; empty when it has not.
    json::object entry(const char* section, const std::string& name);

private:
    server::tests::TempDir folder_{};
    pebble::Client client_;
    pid_t pid_ = -1;
};

// An enabled service that is a shell's script; the script has no single quotes.
json::object service_entry(const std::string& script);
// The same as a check with a period of 100 ms.
json::object check_entry(const std::string& script, int threshold = 1);

// Whether the message has these words.
bool says(const Status& status, const std::string& words);

// Waits until it is so; false when patience has ended.
bool comes_true(const std::function<bool()>& condition);

}  // namespace charm::tests
