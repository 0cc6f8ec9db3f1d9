#pragma once
// The release this source is: what --version prints and clients are told. The same number is in
// CMakeLists.txt and package.json.

#include <string_view>

namespace server::config {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace server::config
