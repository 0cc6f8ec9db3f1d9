#pragma once
// A running server: the four roles over one store, in one process. The only place that knows every
// role.
//
//   store ─▶ cluster identity ─▶ namespaces ─▶ history ⇄ matching ─▶ worker ─▶ frontend ─▶ gRPC
//   listener (ready)
//
// start() goes from left to right, stop() back. Called by the thread of main; everything else lives
// on the lanes.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "server/app/options.h"
#include "server/base/status.h"

namespace server::app {

class Server {
public:
    // Returns when the listener answers. A failure names the thing and the fix; nothing is left
    // running.
    static Result<std::unique_ptr<Server>> start(Options options);
    // Stops if stop() was not called.
    ~Server();

    std::string address() const;  // of the frontend, host:port
    std::optional<std::uint16_t> metrics_port() const;
    std::string persistence() const;  // for people: "in memory" or the file

    // Refuses new calls, ends long polls, finishes writes, closes the store. A second or two at
    // most.
    void stop();

private:
    struct Parts;
    explicit Server(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace server::app
