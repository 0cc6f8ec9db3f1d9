#pragma once
// A listener: the method tables it was given, grpc.health.v1 and reflection, on one address. A
// process has one per role, and one more for its administrators. No generated service code is
// involved: each method of a table's descriptor is served as raw bytes by UnaryCall, the one choke
// point of all calls. A method of another name answers UNIMPLEMENTED, naming it.

#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <vector>

#include "server/rpc/health.h"
#include "server/rpc/method_table.h"
#include "server/rpc/transport.h"
#include "server/rpc/unary_call.h"
#include "server/runtime/clock.h"
#include "server/runtime/lane.h"

namespace server::rpc {

class GrpcServer {
public:
    struct Options {
        std::string address = "127.0.0.1:7233";  // port 0: any free one, see port()
        // The tables and the lanes outlive the listener. Handlers run on the lanes, call by call in
        // turn.
        std::vector<const MethodTable*> services;
        // What grpc.health.v1 knows as SERVING from the start, besides "" (health.h has the names
        // of the roles); the full names of `services` when empty.
        std::vector<std::string> health_names;
        // A listener for roles takes role_limits().
        Audience audience = Audience::clients;
        // Asked before every call but those of grpc.health.v1; whoever reaches the port may call
        // when empty.
        Authenticate authenticate;
        TransportLimits limits;
    };

    // FailedPrecondition when the address cannot be listened on: names it, the system's reason and
    // the fix.
    static Result<std::unique_ptr<GrpcServer>> start(Options options, Lanes& lanes, Clock& clock);
    // Stops at once if stop() was not called.
    ~GrpcServer();

    int port() const { return port_; }
    Health& health() { return health_; }
    // Health says NOT_SERVING from now on; calls are answered as before.
    void set_draining() { health_.set_draining(); }
    std::size_t open_calls() const;

    // Refuses new calls, ends long polls through their cancellation, lets the others finish for at
    // most `grace`, then closes the connections. Blocks; called before the lanes stop, not on a
    // lane.
    void stop(Duration grace);

private:
    class TableService;
    class HealthService;
    class UnknownMethods;
    struct Parts;

    GrpcServer(Options options, Lanes& lanes, Clock& clock);
    Status listen();

    Options options_;
    Clock& clock_;
    Health health_;
    MethodTable health_table_;
    std::unique_ptr<Parts> parts_;  // refers to the above
    std::unique_ptr<grpc::Server> server_;
    int port_ = 0;
};

}  // namespace server::rpc
