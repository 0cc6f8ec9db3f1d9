// The number of history shards: when it is fixed, and when it is not.
#include "charm/history_shards.h"

#include "server/config/history_shards.h"
#include "tests/charm/complete_model.h"
#include "tests/support/catch.h"

namespace charm {
namespace {

TEST_CASE("the number of history shards is written down by the leader once its server runs",
          "[charm]") {
    Model model = complete();
    model.options.history_shard_count = 512;
    const auto shards = [&model] {
        return plan(model).server.value().persistence.history_shard_count;
    };
    const auto key = [&model] {
        const auto bags = plan(model).app_bags;
        const auto bag = bags.find("peer:0");
        if (bag == bags.end() || !bag->second.contains("num_history_shards")) return std::string();
        return bag->second.at("num_history_shards");
    };
    CHECK(key() == "512");
    SECTION("a follower runs with the option and writes nothing") {
        model.leader = false;
        CHECK(shards() == 512);
        CHECK(key().empty());
    }
    SECTION("before, the option may change") {
        model.health.reset();
        CHECK(key().empty());
        model.options.history_shard_count = 8;
        CHECK(shards() == 8);
    }
    SECTION("what was written down without the database is taken back when that has another") {
        model.options.history_shard_count.reset();
        model.relations["peer"].front().own_app["num_history_shards"] = "4";
        CHECK(shards() == 4);
        model.health =
            Health{Health::State::failed, server::config::other_history_shards(4, "here", 512)};
        CHECK(plan(model).app_bags.at("peer:0").at("num_history_shards").empty());
    }
}

}  // namespace
}  // namespace charm
