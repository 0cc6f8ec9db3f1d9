#pragma once
// A file of dynamic values, in the original's format:
//
//     limit.blobSize.error:
//       - value: 4194304
//       - value: 8388608
//         constraints: {namespace: imports}
//
// A file whose form is wrong, or that has a constraint nobody knows or of a wrong type, is refused
// as a whole. Keys that mean nothing here, and values of a wrong type, are found out by whoever
// uses the values (server/app/role_options.h).

#include <string>
#include <vector>

#include "server/base/status.h"
#include "server/config/dynamic_values.h"
#include "server/config/finding.h"

namespace server::config {

struct DynamicFile {
    DynamicValues values;
    std::vector<Finding> warnings;
};

// Larger files are refused before they are parsed.
inline constexpr std::size_t kDynamicFileBytesMax = 4 << 20;

// InvalidArgument, one line per error with file and line.
Result<DynamicFile> parse_dynamic_file(const std::string& name, const std::string& text);

// NotFound when it is not there.
Result<DynamicFile> read_dynamic_file(const std::string& path);

}  // namespace server::config
