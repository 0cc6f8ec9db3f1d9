#pragma once
// The flags by which `temporal` finds its server, and what becomes of them. `tctl` has its own
// names for the same (tctl/globals.h) and shares what is below.

#include <string>
#include <vector>

#include "cli/client/connection.h"
#include "cli/command.h"

namespace cli {

// Of every group of commands that talks to a server.
std::vector<Flag> client_flags();

// InvalidArgument for what cannot be: a certificate file that is not there, a header that is none.
server::Result<Connection> connect(const Invocation& invocation);

// Who this is, as histories show it: --identity, else temporal-cli:user@host.
std::string identity_of(const Invocation& invocation);

// What both programs do with such values.
//
// InvalidArgument unless it is host:port, or names another resolver of gRPC (unix:, dns:///).
server::Status check_address(const std::string& address);
server::Result<std::string> read_file(const std::string& what, const std::string& path);
// "KEY=VALUE" in two.
server::Result<std::pair<std::string, std::string>> split_pair(const std::string& flag,
                                                               const std::string& text);
// Adds a header of every call; InvalidArgument unless HTTP/2 can carry it.
server::Status add_header(const std::string& flag, std::string name, const std::string& value,
                          Connection::Options& options);
// What the server learns of a client: its name and version, and the namespace it works in.
void add_client_headers(const std::string& namespace_name, Connection::Options& options);
std::string default_identity(std::string_view program);

}  // namespace cli
