// Secret values on their way to a hook tool: one file each, readable by us alone, gone afterwards.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "charm/result.h"

namespace charm::juju {

class SecretFiles {
public:
    SecretFiles() = default;
    SecretFiles(const SecretFiles&) = delete;
    SecretFiles& operator=(const SecretFiles&) = delete;
    ~SecretFiles();

    // Writes the values and returns the arguments `key#file=path` that stand for them.
    Result<std::vector<std::string>> write(const std::map<std::string, std::string>& values);

private:
    std::string folder_;
    std::vector<std::string> paths_;
};

}  // namespace charm::juju
