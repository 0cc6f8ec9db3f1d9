#pragma once
// A few threads, each with a connection, for calls that are a transaction of their own: reads, and
// the rare writes that need no group commit. Calls that wait together share a round trip.

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/runtime/async.h"
#include "server/store/postgres/session.h"
#include "server/store/postgres/waiting.h"

namespace server::store::postgres {

inline constexpr std::size_t kPipelinedCallsMax = 16;
// Of what stands in a statement until it is answered; then the connection is given up.
inline constexpr Duration kCallMax = 20s;

class Callers {
public:
    Callers(std::string name, std::size_t threads, Surroundings surroundings, Purpose purpose,
            Random& random);
    ~Callers();

    // Runs the transaction and reads its rows with `read`. Unavailable when there is no connection
    // or the database refuses; with a statement that writes, the message says whether it may have
    // been written.
    template <class T>
    Async<Result<T>> call(Transaction transaction,
                          std::function<Result<T>(const std::vector<Rows>&)> read) {
        auto start = [this, &transaction, &read](Resume<Result<T>> resume) {
            auto finish = [read = std::move(read), resume = std::move(resume)](
                              Result<Reply> reply) { resume(result_of<T>(reply, read)); };
            submit(std::move(transaction), std::move(finish));
        };
        co_return co_await suspend<Result<T>>(start);
    }

    // Finishes what waits and joins the threads.
    void stop();
    std::uint64_t statements() const { return statements_; }

private:
    struct Job {
        Transaction transaction;
        std::function<void(Result<Reply>)> finish;
        std::size_t size_bytes = 0;
        TimePoint give_up_at{};
        int tries = 0;
    };

    template <class T>
    static Result<T> result_of(const Result<Reply>& reply,
                               const std::function<Result<T>(const std::vector<Rows>&)>& read) {
        if (!reply.ok()) return reply.status();
        if (reply->failure) return status_of(*reply->failure);
        return read(reply->rows);
    }

    void submit(Transaction transaction, std::function<void(Result<Reply>)> finish);
    void work(std::size_t number);
    void give_up(const Status& cause, bool all);
    void run(Connection& connection, std::vector<Job> jobs);
    void settle(Job job, Reply reply);

    std::string name_;
    Surroundings surroundings_;
    Purpose purpose_;
    Random& random_;
    Waiting<Job> waiting_;
    std::atomic<std::uint64_t> statements_ = 0;
    std::vector<std::thread> threads_;
};

}  // namespace server::store::postgres
