#pragma once
// Map of server/rpc, the edge: the only folder that knows gRPC. Everything above it sees messages,
// Status and CallContext, so the transport can be replaced here alone.
//
//   call_context.h          what is known about a call beside its message
//   method_table.h          a published service: methods by name, each with its handler or none
//   history.h, matching.h   the roles as the others call them
//   cluster_watch.h         what any process of the cluster answers the others
//
// Calls that come in:
//
//   grpc_server.h     a listener: method tables in, a served port out
//   transport.h       sizes, keepalive, stream and memory limits of listeners and connections
//   unary_call.h      one call, from its bytes to its answer; the one place that catches all
//   call_headers.h    its metadata, and the fields of it that cross roles
//   message_codec.h   bytes ↔ messages, with the 4 MiB rule and the check of UTF-8
//   error_details.h   Status → the status, detail and headers that clients see
//   health.h          grpc.health.v1; health_watch.h its stream
//   port_probe.h      why an address cannot be listened on
//
//   HTTP/2 ─▶ gRPC threads ─▶ UnaryCall ─▶ a lane: handler of the MethodTable ─▶ gRPC
//
// Calls to other processes:
//
//   role_methods.h    the methods of each role, one line each
//   role_tables.h     a role of this process as the tables of a listener for roles
//   remote_role.h     a role of another process: remote_history.h, remote_matching.h,
//                     remote_cluster_peer.h (for cluster::Membership: peer_watches.h)
//   network.h         how they reach other processes, by address
//   peer.h            the network of gRPC's connections; outgoing_call.h one call on one of them;
//                     port_refusal.h whether nobody listens at an address
//   failure_codec.h   Status → Failure → the same Status
//   cluster_proof.h   who may make internal calls
//
//   a lane: RemoteHistory ─▶ Peer ─▶ OutgoingCall ─▶ gRPC threads ─▶ HTTP/2 … UnaryCall ─▶ History
