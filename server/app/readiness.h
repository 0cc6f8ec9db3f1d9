#pragma once
// Which roles of this process serve, for /readyz: whoever starts, drains or loses a role says so
// here. Any thread.

#include <map>
#include <mutex>
#include <string>

namespace server::app {

class Readiness {
public:
    enum class State { starting, serving, draining, failed };

    // `reason` is for people, and empty when the role serves.
    void set(const std::string& role, State state, std::string reason = {});

    // All roles serve, and there is one.
    bool ready() const;
    // {"history":{"state":"starting","reason":"takes its shards"}}
    std::string to_json() const;

private:
    struct Role {
        State state = State::starting;
        std::string reason;
    };

    mutable std::mutex mutex_;
    std::map<std::string, Role> roles_;
};

}  // namespace server::app
