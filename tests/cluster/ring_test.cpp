#include "server/cluster/ring.h"

#include <map>

#include "tests/support/catch.h"

namespace server::cluster {

namespace {

std::map<std::string, int> shares(const Ring& ring, int keys) {
    std::map<std::string, int> count;
    for (int key = 1; key <= keys; ++key) ++count[ring.find_owner(ring_key(ShardId{key}))];
    return count;
}

}  // namespace

TEST_CASE("every host of a ring gets a fair share of the shards", "[cluster][ring]") {
    const Ring ring({"10.0.0.1:7234", "10.0.0.2:7234", "10.0.0.3:7234", "10.0.0.4:7234"});
    const auto count = shares(ring, 512);
    REQUIRE(count.size() == 4);
    for (const auto& [address, shards] : count) {
        INFO(address);
        CHECK(shards > 64);
        CHECK(shards < 256);
    }
}

TEST_CASE("a host that leaves a ring moves its own keys only", "[cluster][ring]") {
    const Ring before({"a:1", "b:1", "c:1"});
    const Ring after({"c:1", "a:1"});
    int moved = 0;
    for (int key = 1; key <= 512; ++key) {
        const std::string name = ring_key(ShardId{key});
        const std::string& owner = before.find_owner(name);
        if (owner == "b:1") {
            ++moved;
        } else {
            CHECK(after.find_owner(name) == owner);
        }
    }
    CHECK(moved > 0);
}

TEST_CASE("a ring depends on its hosts and not on their order", "[cluster][ring]") {
    const Ring one({"a:1", "b:1"});
    const Ring other({"b:1", "a:1", "b:1"});
    CHECK(one.addresses() == other.addresses());
    for (int key = 1; key <= 64; ++key) {
        const std::string name = ring_key("namespace", "queue-" + std::to_string(key));
        CHECK(one.find_owner(name) == other.find_owner(name));
    }
}

TEST_CASE("a ring without hosts has no owner", "[cluster][ring]") {
    CHECK(Ring().find_owner("shard/1").empty());
    CHECK(Ring().empty());
}

}  // namespace server::cluster
