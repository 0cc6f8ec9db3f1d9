#include "server/store/sqlite/readers.h"

namespace server::store::sqlite {

Readers::Readers(std::vector<std::unique_ptr<Connection>> connections)
    : idle_(std::move(connections)), pool_("sqlite-read", idle_.size()) {}

void Readers::stop() {
    pool_.stop();
    idle_.clear();
}

std::unique_ptr<Connection> Readers::take() {
    const std::lock_guard lock(mutex_);
    ASSERT(!idle_.empty(), "each thread has a connection");
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
}

void Readers::give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
}

}  // namespace server::store::sqlite
