// Members of a cluster and their leases.

#include "server/store/membership.h"

#include "tests/contract/store_under_test.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"

namespace server::tests {

namespace {

store::MemberRecord member(const std::string& host_id, Role role, const std::string& address) {
    store::MemberRecord record;
    record.host_id = host_id;
    record.role = role;
    record.address = address;
    record.membership_address = address + "1";
    return record;
}

const std::string kFirst = "11111111-1111-4111-8111-111111111111";
const std::string kSecond = "22222222-2222-4222-8222-222222222222";

std::vector<std::string> addresses(const std::vector<store::MemberRecord>& members) {
    std::vector<std::string> found;
    for (const auto& record : members) found.push_back(record.address);
    return found;
}

std::vector<std::string> live(StoreUnderTest& store) {
    return addresses(must(store->membership().list()));
}

using Addresses = std::vector<std::string>;

}  // namespace

TEST_CASE("a heartbeat joins, renews, and answers with every live member",
          "[contract][membership]") {
    StoreUnderTest store;
    INFO(store.kind());
    store::Membership& members = store->membership();
    CHECK(live(store).empty());

    const auto alone = must(members.heartbeat({member(kFirst, Role::history, "a:7234")}, 15s));
    REQUIRE(addresses(alone) == Addresses{"a:7234"});
    CHECK(alone[0].host_id == kFirst);
    CHECK(alone[0].membership_address == "a:72341");
    CHECK_FALSE(alone[0].draining);
    CHECK(alone[0].expires == alone[0].last_heartbeat + 15s);
    CHECK(alone[0].session_start == alone[0].last_heartbeat);

    const std::vector own{member(kSecond, Role::frontend, "b:7233"),
                          member(kSecond, Role::history, "b:7234")};
    const auto both = must(members.heartbeat(own, 15s));
    CHECK(addresses(both) == Addresses{"b:7233", "a:7234", "b:7234"});

    auto draining = member(kFirst, Role::history, "a:7234");
    draining.draining = true;
    const auto renewed = must(members.heartbeat({draining}, 15s));
    REQUIRE(renewed.size() == 3);
    CHECK(renewed[1].draining);
    CHECK(renewed[1].session_start == alone[0].session_start);
    CHECK(renewed[1].last_heartbeat >= alone[0].last_heartbeat);
}

TEST_CASE("a member whose lease has ended is gone, and joins anew with its next heartbeat",
          "[contract][membership]") {
    StoreUnderTest store;
    INFO(store.kind());
    store::Membership& members = store->membership();
    must(members.heartbeat({member(kFirst, Role::history, "a:7234")}, 0s));
    CHECK(live(store).empty());
    must(members.heartbeat({member(kFirst, Role::history, "a:7234")}, 15s));
    CHECK(live(store) == Addresses{"a:7234"});
}

TEST_CASE("a process that leaves takes all its roles with it", "[contract][membership]") {
    StoreUnderTest store;
    INFO(store.kind());
    store::Membership& members = store->membership();
    const std::vector own{member(kFirst, Role::frontend, "a:7233"),
                          member(kFirst, Role::history, "a:7234")};
    must(members.heartbeat(own, 15s));
    must(members.heartbeat({member(kSecond, Role::history, "b:7234")}, 15s));
    CHECK(await(members.leave(kFirst)).ok());
    CHECK(live(store) == Addresses{"b:7234"});
    CHECK(await(members.leave(kFirst)).ok());
}

TEST_CASE("a peer may end only the session it has seen", "[contract][membership]") {
    StoreUnderTest store;
    INFO(store.kind());
    store::Membership& members = store->membership();
    const auto seen = must(members.heartbeat({member(kFirst, Role::history, "a:7234")}, 15s));
    const auto later = must(members.heartbeat({member(kFirst, Role::history, "a:7234")}, 16s));
    if (later[0].last_heartbeat != seen[0].last_heartbeat) {
        CHECK_FALSE(must(members.expire(seen[0])));
    }
    CHECK(live(store) == Addresses{"a:7234"});
    CHECK(must(members.expire(later[0])));
    CHECK(live(store).empty());
    CHECK_FALSE(must(members.expire(later[0])));
}

}  // namespace server::tests
