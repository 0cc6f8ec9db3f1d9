// Everything that may exceed a limit, by name and with its reason. A name that no longer does must
// leave.
#include "tests/tidy/rule.h"

namespace server::tidy {

const std::vector<Exemption>& long_files() {
    static const std::vector<Exemption> exemptions{};
    return exemptions;
}

const std::vector<Exemption>& long_functions() {
    static const std::vector<Exemption> exemptions{};
    return exemptions;
}

}  // namespace server::tidy
