#pragma once
// The flags of every `tctl` command: where the server is and how to talk to it.

#include <string>
#include <vector>

#include "cli/client/connection.h"
#include "cli/command.h"

namespace cli::tctl {

std::vector<Flag> global_flags();

server::Result<Connection> open_connection(const Invocation& invocation);

// The namespace to work in: --namespace, else its variables, else "default".
std::string namespace_name(const Invocation& invocation);

// Who this is, as histories show it: tctl:user@host.
std::string identity();

// Writes a JSON document as tctl does.
void print_json(const google::protobuf::Message& message, Terminal& terminal);

}  // namespace cli::tctl
