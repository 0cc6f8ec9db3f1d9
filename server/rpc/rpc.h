#pragma once
// Map of server/rpc, the edge: the only folder that knows gRPC. Everything above it sees messages,
// Status and CallContext, so the transport can be replaced here alone.
//
//   call_context.h          what is known about a call beside its message
//   method_table.h          a published service: methods by name, each with its handler or none
//   history.h, matching.h   the roles as the others call them
//
//   grpc_server.h     the listener: method tables in, a served port out
//   transport.h       sizes, keepalive, stream and memory limits of a listener
//   unary_call.h      one call, from its bytes to its answer; the one place that catches all
//   message_codec.h   bytes ↔ messages, with the 4 MiB rule and the check of UTF-8
//   error_details.h   Status → the status, detail and headers that clients see
//   health.h          grpc.health.v1
//   port_probe.h      why an address cannot be listened on
//
//   HTTP/2 ─▶ gRPC threads ─▶ UnaryCall ─▶ a lane: handler of the MethodTable ─▶ gRPC
