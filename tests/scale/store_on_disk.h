#pragma once
// A SQLite store in a folder of its own, which goes with it.

#include <memory>

#include "server/store/sqlite/sqlite_store.h"
#include "tests/support/temp_dir.h"

namespace server::tests {

class StoreOnDisk {
public:
    StoreOnDisk() {
        store::sqlite::Options options;
        options.path = directory_.file("scale.db");
        store_ = store::sqlite::open(std::move(options)).value();
    }
    ~StoreOnDisk() { store_->stop(); }
    StoreOnDisk(const StoreOnDisk&) = delete;
    StoreOnDisk& operator=(const StoreOnDisk&) = delete;

    store::Store& operator*() { return *store_; }
    store::Store* operator->() { return store_.get(); }

private:
    TempDir directory_;
    std::unique_ptr<store::Store> store_;
};

}  // namespace server::tests
