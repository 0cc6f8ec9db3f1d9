// What each database says of its schema, for the actions that tell it. Changes nothing.
#pragma once

#include "charm/admin/admin_model.h"
#include "charm/run.h"

namespace charm::admin {

struct SchemaReport {
    std::size_t servers = 0;          // the relations that were looked at
    bool ready = false;               // every database there is, and there is one
    bool answers = false;             // the same
    std::vector<std::string> old{};   // names of those that setup-schema would bring forward
    std::vector<std::string> open{};  // of those for which it could do nothing, with the reason
    // schema.NAME says where the database is and what it has, current-schema-version and
    // target-schema-version list them by name: db, visibility, and db-2 where there are more.
    juju::Bag results{};
};

// Fails when the container does not answer.
Result<SchemaReport> report_schemas(const Context& context);

// "1.0" out of "schema temporal has version 1.0, this release needs 1.1": what stands behind the
// words, up to a comma, a colon or a blank. "none" where they are not there.
std::string version_behind(const std::string& text, const std::string& words);

}  // namespace charm::admin
