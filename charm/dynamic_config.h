// The file of values that the server takes up while it runs: two limits and a poll interval that
// have options of their own, and whatever the option dynamic-config adds.
#pragma once

#include <string>

#include "charm/options.h"

namespace charm {

// InvalidArgument names the option and what is wrong with it.
Result<std::string> dynamic_config_of(const Options& options);

}  // namespace charm
