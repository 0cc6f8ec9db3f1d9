#pragma once
// A running server: the roles of one process over one store. Map of server/app, the only place that
// knows every role:
//
//   options.h, role_options.h    what the process is to be; dynamic values → limits
//   store_options.h              which store, and opening it
//   host.h                       the process in its cluster: role_set.h its roles,
//                                cluster_link.h the way to the others' roles
//   internal_calls.h             connections to other processes, and who may call this one
//   listeners.h                  the ports
//   process.h                    signals, descriptors
//
//   store ─▶ cluster identity ─▶ namespaces ─▶ host ─▶ listeners ─▶ join the cluster ─▶
//   own what the rings give (ready)
//
// start() goes from left to right, stop() back: out of the rings first, so that others take over
// while this process still answers. Called by the thread of main; everything else lives on the
// lanes.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "server/app/options.h"
#include "server/base/status.h"

namespace server::app {

class Server {
public:
    // Returns when the listeners answer and the shards of this process are taken. A failure names
    // the thing and the fix; nothing is left running.
    static Result<std::unique_ptr<Server>> start(Options options);
    // Stops if stop() was not called.
    ~Server();

    // Of the frontend, host:port; of another role in a process without one.
    std::string address() const;
    std::optional<std::uint16_t> metrics_port() const;
    std::string persistence() const;  // for people: "in memory", the file or the database

    // Hands over to other processes if there are any, refuses new calls, ends long polls, finishes
    // writes, closes the store. A second or two at most.
    void stop();

private:
    struct Parts;
    explicit Server(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace server::app
