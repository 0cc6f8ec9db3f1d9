// What may be handed to a hook tool as one argument. A command's output and a neighbour's words
// come as they are: of any size, and with any beginning.
#pragma once

#include <string>

namespace charm::juju {

// Linux refuses to start a program with an argument of 128 KiB or more. A key and room for the last
// line below come on top.
inline constexpr std::size_t kArgumentBytesMax = 100u << 10;

// The text, or its beginning up to the last whole character, and a last line that says how much
// there was. Zero bytes, at which an argument would end, are blanks.
std::string cut_for_argument(std::string text);

// Whether the agent can be asked for a secret of this name: a neighbour may write anything there,
// also what a tool would take for a flag.
bool looks_like_secret_id(const std::string& text);

}  // namespace charm::juju
