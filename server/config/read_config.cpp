#include "server/config/read_config.h"

namespace server::config {

const std::vector<std::string>& service_names() {
    static const std::vector<std::string> kNames{"history", "matching", "frontend",
                                                 "internal-frontend", "worker"};
    return kNames;
}

void read_config(YamlReader& file, Config& config) { describe(file, config); }

}  // namespace server::config
