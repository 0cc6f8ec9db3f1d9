#pragma once
// The open database behind the ports: where their calls become jobs of the writer or of a reader.

#include <atomic>
#include <memory>
#include <optional>

#include "server/store/sqlite/process_lock.h"
#include "server/store/sqlite/readers.h"
#include "server/store/sqlite/writer.h"

namespace server::store::sqlite {

class Database {
public:
    // Without readers (a database in memory) reads run on the writer's thread.
    Database(std::optional<ProcessLock> lock, std::unique_ptr<Connection> writer,
             std::vector<std::unique_ptr<Connection>> readers);

    // `call(Batch&, std::optional<Answer>&)` runs in a transaction; its answer is given after the
    // commit.
    template <class Answer, class Call>
    Async<Answer> write(std::size_t size_bytes, Call call) {
        auto start = [this, size_bytes, &call](Resume<Answer> resume) {
            writer_.submit(std::unique_ptr<WriteJob>(std::make_unique<CallJob<Answer, Call>>(
                size_bytes, std::move(call), std::move(resume))));
        };
        co_return co_await suspend<Answer>(start);
    }

    template <class T>
    Async<Result<T>> read(std::function<Result<T>(Connection&)> call) {
        if (stopped_) co_return unavailable("the store has stopped");
        if (readers_) co_return co_await readers_->run(std::move(call));
        auto start = [this, &call](Resume<Result<T>> resume) {
            writer_.submit(std::unique_ptr<ReadJob>(
                std::make_unique<ReadCall<T>>(std::move(call), std::move(resume))));
        };
        co_return co_await suspend<Result<T>>(start);
    }

    void stop();
    const Writer& writer() const { return writer_; }

private:
    template <class T>
    class ReadCall final : public ReadJob {
    public:
        ReadCall(std::function<Result<T>(Connection&)> call, Resume<Result<T>> resume)
            : call_(std::move(call)), resume_(std::move(resume)) {}
        void run(Connection& connection) override { resume_(call_(connection)); }
        void refuse(const Status& status) override { resume_(status); }

    private:
        std::function<Result<T>(Connection&)> call_;
        Resume<Result<T>> resume_;
    };

    // Freed last.
    std::optional<ProcessLock> lock_;
    std::atomic<bool> stopped_ = false;
    std::optional<Readers> readers_;
    Writer writer_;
};

}  // namespace server::store::sqlite
