#include "server/store/sqlite/database.h"

namespace server::store::sqlite {

Database::Database(std::optional<ProcessLock> lock, std::unique_ptr<Connection> writer,
                   std::vector<std::unique_ptr<Connection>> readers)
    : lock_(std::move(lock)), writer_(std::move(writer)) {
    if (!readers.empty()) readers_.emplace(std::move(readers));
}

void Database::stop() {
    stopped_ = true;
    if (readers_) readers_->stop();
    // Its connection is the last one, so closing it writes the log back into the file.
    writer_.stop();
    lock_.reset();
}

}  // namespace server::store::sqlite
