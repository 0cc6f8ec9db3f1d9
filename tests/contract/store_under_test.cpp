#include "tests/contract/store_under_test.h"

#include "server/store/memory/memory_store.h"
#include "server/store/sqlite/sqlite_store.h"
#include "tests/contract/postgres_kinds.h"
#include "tests/support/catch.h"

namespace server::tests {

namespace {

std::unique_ptr<store::Store> open_sqlite(const std::string& path) {
    store::sqlite::Options options;
    options.path = path;
    return store::sqlite::open(std::move(options)).value();
}

}  // namespace

StoreUnderTest::StoreUnderTest()
    : kind_(GENERATE(as<std::string>{}, "memory", "sqlite in memory", "sqlite file", kPostgres,
                     kPostgresTwoDatabases, kPostgresBouncer, kPostgresSecondUser)) {
    if (kind_.starts_with(kPostgres)) {
        store_ = &empty_postgres(kind_);
        return;
    }
    if (kind_ == "memory") {
        own_ = std::make_unique<store::memory::MemoryStore>();
    } else if (kind_ == "sqlite in memory") {
        own_ = open_sqlite(":memory:");
    } else {
        own_ = open_sqlite(directory_.file("contract.db"));
    }
    store_ = own_.get();
}

}  // namespace server::tests
