#include "server/config/history_shards.h"

#include "tests/support/catch.h"

using namespace server;

TEST_CASE("the number of history shards that a database has is read from a server's last words",
          "[config]") {
    const std::string words = config::other_history_shards(4, "db at 10.0.0.5:5432", 512);
    CHECK(config::stored_history_shards(words) == 512);
    CHECK(config::stored_history_shards("exited with code 1; {\"error\":\"" + words + "\"}") ==
          512);
    CHECK_FALSE(config::stored_history_shards("persistence.numHistoryShards is missing"));
    CHECK_FALSE(config::stored_history_shards("the database was made with 3 disks"));
    CHECK_FALSE(config::stored_history_shards(
        "persistence.numHistoryShards is 4, and the database (x) was made with nothing"));
}
