#pragma once
// Whether a server that was built with one version of a schema can work on what a database has.

#include "server/store/schema/database.h"

namespace server::store::schema {

enum class Readiness {
    ready,
    older,  // or not set up: update-schema brings it forward
    newer,  // and not made for a server this old
};

// `stored` is absent where the database has no tables of versions.
Readiness readiness_of(const std::optional<StoredVersions>& stored, const Schema& needed);

// "schema temporal has version 1.0, this release needs 1.1"
std::string describe(const std::optional<StoredVersions>& stored, const Schema& needed);

}  // namespace server::store::schema
