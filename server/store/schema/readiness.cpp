#include "server/store/schema/readiness.h"

#include "server/store/schema/migrate.h"

namespace server::store::schema {

Readiness readiness_of(const std::optional<StoredVersions>& stored, const Schema& needed) {
    const auto found = stored ? stored_version(*stored, needed.name) : std::nullopt;
    if (!found || found->current < needed.newest().to) return Readiness::older;
    if (found->min_compatible > needed.newest().to) return Readiness::newer;
    return Readiness::ready;
}

std::string describe(const std::optional<StoredVersions>& stored, const Schema& needed) {
    const std::string title = "schema " + needed.name;
    const auto found = stored ? stored_version(*stored, needed.name) : std::nullopt;
    const std::string needs = "this release needs " + to_string(needed.newest().to);
    if (!found) return title + " is not set up, " + needs;
    std::string text = title + " has version " + to_string(found->current) + ", ";
    if (found->min_compatible > needed.newest().to) {
        return text + "for releases that need " + to_string(found->min_compatible) +
               " or newer, and " + needs;
    }
    return text + needs;
}

}  // namespace server::store::schema
