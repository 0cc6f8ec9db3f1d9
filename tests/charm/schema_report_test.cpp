// What the actions of the admin charm tell of the schemas.
#include "charm/admin/schema_report.h"

#include "tests/support/catch.h"

namespace charm::admin {
namespace {

TEST_CASE("versions are read out of the words of temporal-sql-tool", "[charm]") {
    const std::string text =
        "schema temporal has version 1.0, this release needs 1.1: run setup-schema";
    CHECK(version_behind(text, "has version ") == "1.0");
    CHECK(version_behind(text, "this release needs ") == "1.1");
    CHECK(version_behind("this release needs 1.2", "this release needs ") == "1.2");
    CHECK(version_behind("schema temporal is not set up", "has version ") == "none");
}

}  // namespace
}  // namespace charm::admin
