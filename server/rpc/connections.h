#pragma once
// The connections of a listener, as the kernel knows them: gRPC has no way to end them that a
// client would understand. Its own shutdown answers a call that arrives meanwhile with CANCELLED,
// which clients do not repeat; a broken connection is UNAVAILABLE, which they do.

namespace server::rpc {

// Ends every connection to this TCP port of this process; the listening socket stays. What has been
// written is sent.
void end_connections(int local_port);

}  // namespace server::rpc
