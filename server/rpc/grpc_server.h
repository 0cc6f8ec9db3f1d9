#pragma once
// A listener: the method tables it was given, grpc.health.v1 and reflection, on one address. No
// generated service code is involved: each method of a table's descriptor is served as raw bytes by
// UnaryCall, the one choke point of all calls. A method of another name answers UNIMPLEMENTED,
// naming it.

#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <vector>

#include "server/rpc/health.h"
#include "server/rpc/method_table.h"
#include "server/rpc/transport.h"
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
        TransportLimits limits;
    };

    // FailedPrecondition when the address cannot be listened on: names it, the system's reason and
    // the fix.
    static Result<std::unique_ptr<GrpcServer>> start(Options options, Lanes& lanes, Clock& clock);
    // Stops at once if stop() was not called.
    ~GrpcServer();

    int port() const { return port_; }
    // Every table's service is SERVING from the start.
    Health& health() { return health_; }
    std::size_t open_calls() const;

    // Refuses new calls, ends long polls through their cancellation, lets the others finish for at
    // most `grace`, then closes the connections. Blocks; called before the lanes stop, not on a
    // lane.
    void stop(Duration grace);

private:
    class TableService;
    class UnknownMethods;
    struct Parts;

    GrpcServer(Options options, Lanes& lanes, Clock& clock);
    Status listen();

    Options options_;
    Clock& clock_;
    Health health_;
    MethodTable health_table_;
    std::unique_ptr<Parts> parts_;
    std::unique_ptr<grpc::Server> server_;
    int port_ = 0;
};

}  // namespace server::rpc
