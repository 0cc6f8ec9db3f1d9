#pragma once
// Sets a database up for versions, and brings it forward. Each step is one transaction under a
// lock, so that what fails leaves nothing, and two at once make every step once.

#include <functional>

#include "server/store/schema/database.h"

namespace server::store::schema {

// Told about each thing that was done, in words for a person.
using Progress = std::function<void(const std::string& line)>;

struct Setup {
    // Of what `scripts` make, "0.0" for a bare set-up. Absent: no tables of versions are made.
    std::optional<Version> version;
    std::vector<Script> scripts;
    bool overwrite = false;  // drops every table first
};

// Does nothing to a database that has this version, or a newer one, already.
Status set_up(Database& database, const Setup& setup, const Progress& progress);

// FailedPrecondition when the database was never set up. Nothing to do is success.
Status update(Database& database, const Schema& schema, const std::optional<Version>& target,
              const Progress& progress);

// Where `schema` begins in this database.
std::optional<StoredVersion> stored_version(const StoredVersions& stored, std::string_view schema);

}  // namespace server::store::schema
