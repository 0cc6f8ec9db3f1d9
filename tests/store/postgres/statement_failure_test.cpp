// What a failed statement is told as.
#include "server/store/postgres/statement_failure.h"

#include "tests/support/catch.h"

namespace server::store::postgres {

using Catch::Contains;

TEST_CASE("a failed statement is told with its line, the cause and the fix",
          "[store][postgres][schema]") {
    Database database;
    database.user = "anna";
    const std::string script = "first\nsecond\nthird";
    StatementFailure failure{.sqlstate = "42501",
                             .message = "permission denied to create database",
                             .detail = "",
                             .position = 7};
    const Status right = explain_failure(database, "v1.0/a.sql", script, failure);
    CHECK(right.code() == Code::FailedPrecondition);
    CHECK(right.message() ==
          "PostgreSQL at 127.0.0.1:5432, database temporal: v1.0/a.sql:2: permission denied to "
          "create database (SQLSTATE 42501); as a superuser, run \"ALTER ROLE anna CREATEDB\", or "
          "create the database as another user");
    SECTION("a statement alone has no line") {
        const Status one = explain_failure(database, "read versions", "SELECT", failure);
        CHECK_THAT(one.message(), Contains("temporal: read versions: permission denied"));
    }
    SECTION("what may pass is Unavailable") {
        failure = {.sqlstate = "55P03", .message = "lock timeout", .detail = "", .position = 0};
        CHECK(explain_failure(database, "a", "", failure).code() == Code::Unavailable);
        failure = {.sqlstate = "", .message = "server closed the connection", .detail = ""};
        const Status broken = explain_failure(database, "commit", "", failure);
        CHECK(broken.code() == Code::Unavailable);
        CHECK_THAT(broken.message(), Contains("run it again"));
    }
    SECTION("what nobody knows is told as it is") {
        failure = {.sqlstate = "42601", .message = "syntax error", .detail = "near x"};
        const Status syntax = explain_failure(database, "a.sql", script, failure);
        CHECK(syntax.message() ==
              "PostgreSQL at 127.0.0.1:5432, database temporal: a.sql: syntax "
              "error, near x (SQLSTATE 42601)");
    }
}

}  // namespace server::store::postgres
