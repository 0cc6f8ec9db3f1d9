#pragma once
// The stores that the contract binds. Each case of this folder runs on all of them:
//
//   StoreUnderTest store;          an empty one; Catch2 runs the case once per kind
//   INFO(store.kind());

#include <memory>
#include <string>

#include "server/store/store.h"
#include "tests/support/temp_dir.h"

namespace server::tests {

class StoreUnderTest {
public:
    StoreUnderTest();

    // "memory", "sqlite in memory", "sqlite file", "postgres", "postgres with its own visibility
    // database", "postgres through pgbouncer", "postgres second user".
    const std::string& kind() const { return kind_; }
    store::Store& operator*() { return *store_; }
    store::Store* operator->() { return store_; }

private:
    TempDir directory_;
    std::string kind_;
    std::unique_ptr<store::Store> own_;
    store::Store* store_ = nullptr;
};

}  // namespace server::tests
