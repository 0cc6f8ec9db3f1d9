#pragma once
// The threads that read a database file, with one connection each.

#include <memory>
#include <mutex>
#include <vector>

#include "server/runtime/blocking_pool.h"
#include "server/store/sqlite/connection.h"

namespace server::store::sqlite {

class Readers {
public:
    // As many threads as connections.
    explicit Readers(std::vector<std::unique_ptr<Connection>> connections);

    template <class T>
    Async<Result<T>> run(std::function<Result<T>(Connection&)> read) {
        std::function<Result<T>()> call = [this, read = std::move(read)]() -> Result<T> {
            const Lease lease(*this);
            return read(lease.connection());
        };
        co_return co_await pool_.run(std::move(call));
    }

    // Finishes what was submitted and closes the connections.
    void stop();

private:
    class Lease {
    public:
        explicit Lease(Readers& readers) : readers_(readers), connection_(readers.take()) {}
        ~Lease() { readers_.give_back(std::move(connection_)); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        Connection& connection() const { return *connection_; }

    private:
        Readers& readers_;
        std::unique_ptr<Connection> connection_;
    };

    std::unique_ptr<Connection> take();
    void give_back(std::unique_ptr<Connection> connection);

    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;
    BlockingPool pool_;
};

}  // namespace server::store::sqlite
