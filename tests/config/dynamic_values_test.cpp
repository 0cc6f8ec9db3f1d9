#include "server/config/dynamic_values.h"

#include "tests/support/catch.h"

using namespace server;
using config::DynamicValues;

TEST_CASE("dynamic values are read by key without regard to case", "[config][dynamic]") {
    DynamicValues values;
    REQUIRE(values.add("limit.blobSize.error=100").ok());
    REQUIRE(values.add("frontend.enableX=true").ok());
    REQUIRE(values.add("matching.longPoll=\"10s\"").ok());
    CHECK(*values.integer("limit.blobsize.ERROR", 1) == 100);
    CHECK(*values.truth("frontend.enableX", false));
    CHECK(*values.duration("matching.longPoll", 1s) == 10s);
    CHECK(*values.integer("absent", 7) == 7);
}

TEST_CASE("a dynamic value that is no JSON or of another type is refused", "[config][dynamic]") {
    DynamicValues values;
    CHECK(values.add("frontend.rps").message() ==
          "dynamic config \"frontend.rps\" is not KEY=JSON, for example frontend.rps=2400");
    CHECK(values.add("a=text").message().find("is not JSON") != std::string::npos);
    REQUIRE(values.add("a=\"text\"").ok());
    CHECK(values.integer("a", 1).status().message() ==
          "dynamic config a: \"text\" is not a whole number");
    CHECK(values.truth("a", true).status().code() == Code::InvalidArgument);
    CHECK(values.duration("a", 1s).status().code() == Code::InvalidArgument);
}
