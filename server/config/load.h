#pragma once
// Reads the static configuration. An existing Temporal file loads as it is: a key nobody knows is a
// warning with its line; a value that cannot be meant is an error with file, line, key and what is
// allowed. All errors of a file are reported at once.

#include <string>
#include <vector>

#include "server/base/status.h"
#include "server/config/config.h"
#include "server/config/finding.h"
#include "server/config/flags.h"

namespace server::config {

struct Loaded {
    Config config;
    std::vector<std::string> files;  // that were read, in this order
    std::vector<Finding> warnings;
};

// Where to look. With `file` set only that; otherwise base.yaml, <environment>.yaml and
// <environment>_<zone>.yaml of <root>/<directory>: later ones win key by key, missing ones are
// skipped, but one must be there.
struct Sources {
    std::string root = ".";
    std::string directory = "config";
    std::string environment = "development";
    std::string zone{};
    std::string file{};
};

// Larger files are refused before they are parsed.
inline constexpr std::size_t kConfigFileBytesMax = 1 << 20;

// InvalidArgument, the message holding one line per error; NotFound when there is no file.
Result<Loaded> load(const Sources& sources, const Environment& environment = process_environment());

// The same, or what the variables of the Docker image say (environment.h), when they name a
// database and the sources were not `given` by a flag or a variable.
Result<Loaded> load_any(const Sources& sources, bool given, const Environment& environment);

// One file's text, as if it were the only one; `name` stands in the findings.
Result<Loaded> load_text(const std::string& name, const std::string& text,
                         const Environment& environment = process_environment());

}  // namespace server::config
