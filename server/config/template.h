#pragma once
// Configuration files that refer to environment variables. As in the original, a file is a template
// only with `# enable-template` in its first kilobyte. Of Go's template language there is the part
// that fills in one value:
//
//     {{ env "X" }}   {{ .Env.X }}   {{ env "X" | default "y" }}
//     {{ default "y" (env "X") }}    {{ default .Env.X "y" }}    {{/* a comment */}}
//
// and, ours, ${X} and ${X:-y}. Anything else (if, range, variables) is refused with its line.

#include <string>

#include "server/base/status.h"
#include "server/config/flags.h"

namespace server::config {

bool is_template(const std::string& text);

// InvalidArgument: "name:line: …". An unset variable without a default is empty.
Result<std::string> expand_template(const std::string& name, const std::string& text,
                                    const Environment& environment);

}  // namespace server::config
