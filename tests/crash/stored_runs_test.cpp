// What a database holds beside its runs is found.

#include "tests/support/driver/stored_runs.h"

#include "server/store/sqlite/sqlite_store.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

using namespace server;
using namespace server::driver;

namespace {

std::string empty_database(const tests::TempDir& folder) {
    store::sqlite::Options options;
    options.path = folder.file("temporal.db");
    CHECK(store::sqlite::open(options).ok());
    return options.path;
}

void run(const std::string& file, const std::string& script) {
    const auto connection = store::sqlite::Connection::open(file);
    REQUIRE(connection.ok());
    CHECK((*connection)->run_script(script, "damage").ok());
}

}  // namespace

TEST_CASE("a database without runs is whole", "[crash][stored]") {
    const tests::TempDir folder;
    const auto stored = load_stored_runs(empty_database(folder));
    REQUIRE(stored.ok());
    for (const Check& check : stored->checks()) CHECK(check.holds());
    CHECK(stored->event_count() == 0);
}

TEST_CASE("rows of runs that are not there are found", "[crash][stored]") {
    const tests::TempDir folder;
    const std::string file = empty_database(folder);
    const std::string row = GENERATE(
        "history (shard_id, branch_id, first_event_id, transaction_id, events)"
        " VALUES (1, 'b', 1, 1, x'00')",
        "current_run VALUES (1, 'n', 'w', 'r', 0)", "run_item VALUES (7, 1, 'k', x'00')");
    run(file, "INSERT INTO " + row);
    const auto stored = load_stored_runs(file);
    REQUIRE(stored.ok());
    CHECK(stored->owned.violation_count == 1);
}
