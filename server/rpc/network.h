#pragma once
// The way to the other processes of the cluster, by address. Peers (peer.h) is the one with
// sockets; the simulator has one on virtual time (tests/sim/network.h).
//
//   what the caller gets            when
//   an answer of the role           it answered; a failure crosses whole
//   Unavailable, PeerUnreachable    refused, broken, or silent for too long: the call may or may
//                                   not have run
//   DeadlineExceeded                nothing came before the deadline; it may run still
//   Cancelled                       the caller's own caller has gone: the callee is told at once
//   Unavailable                     this process is stopping
//
// A call is sent once; who repeats it, and where, is decided above (role_router.h).

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>

#include "server/rpc/method_table.h"

namespace server::rpc {

class Network {
public:
    virtual ~Network() = default;

    // `address` is host:port. The answer is a message of the type of `prototype`. `request` is read
    // before the first wait. Resumes on the calling lane.
    virtual Async<Result<MethodTable::MessagePtr>> call(
        std::string address, const google::protobuf::MethodDescriptor& method, CallContext context,
        const google::protobuf::Message& request, const google::protobuf::Message& prototype) = 0;

    // Whether the host says that nobody listens at this address, so that its process has ended; a
    // host that says nothing may live.
    virtual Async<bool> refuses_connections(std::string address) = 0;
};

}  // namespace server::rpc
