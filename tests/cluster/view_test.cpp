#include "server/cluster/view.h"

#include "tests/support/catch.h"

namespace server::cluster {

namespace {

store::MemberRecord member(const std::string& host_id, Role role, const std::string& address) {
    store::MemberRecord record;
    record.host_id = host_id;
    record.role = role;
    record.address = address;
    return record;
}

}  // namespace

TEST_CASE("a view shares with the one before it the rings that are the same", "[cluster][ring]") {
    const auto history = member("one", Role::history, "a:1");
    const auto matching = member("one", Role::matching, "a:2");
    const View before({history, matching, member("two", Role::matching, "b:2")});
    const View after({history, matching}, &before);
    CHECK(&after.ring(Role::history) == &before.ring(Role::history));
    CHECK(after.ring(Role::matching).addresses() == std::vector<std::string>{"a:2"});
    CHECK(before.ring(Role::matching).addresses() == std::vector<std::string>{"a:2", "b:2"});
    CHECK(after.ring(Role::worker).empty());
}

}  // namespace server::cluster
