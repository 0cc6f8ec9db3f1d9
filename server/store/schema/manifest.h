#pragma once
// manifest.json of one version. Its keys are those of Temporal's own schema directories; SchemaName
// is ours.

#include <string>
#include <string_view>
#include <vector>

#include "server/store/schema/version.h"

namespace server::store::schema {

struct Manifest {
    Version version;         // CurrVersion
    Version min_compatible;  // MinCompatibleVersion
    std::string description;
    std::vector<std::string>
        scripts;              // SchemaUpdateCqlFiles: names in the same directory, in order
    std::string schema_name;  // SchemaName; empty where it is missing
};

// InvalidArgument naming `place`, the key and what is wrong.
Result<Manifest> read_manifest(const std::string& place, std::string_view text);

std::string md5_of(std::string_view text);

}  // namespace server::store::schema
