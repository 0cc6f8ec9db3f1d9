#pragma once
// setup-schema, update-schema and schema-version.

#include "cli/command.h"

namespace cli {

server::Status setup_schema(const Invocation& invocation, Terminal& terminal);
server::Status update_schema(const Invocation& invocation, Terminal& terminal);
// Returns the exit code that its help describes.
int tell_schema_version(const Invocation& invocation, Terminal& terminal);

}  // namespace cli
