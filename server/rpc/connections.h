#pragma once
// The connections of a listener, as the kernel knows them: gRPC has no way to end them that a
// client would understand. Its own shutdown answers a call that arrives meanwhile with CANCELLED,
// which clients do not repeat; a broken connection is UNAVAILABLE, which they do.

#include "server/base/time.h"

namespace server::rpc {

// Ends every connection to this TCP port of this process; the listening socket stays. What has been
// written is sent, and the clients get `patience` to read it and to close their side: to what one
// writes after both sides were closed here the kernel answers with a reset, and a client whose
// write fails gives up the answers that it has not read. Blocks.
void end_connections(int local_port, Duration patience);

}  // namespace server::rpc
