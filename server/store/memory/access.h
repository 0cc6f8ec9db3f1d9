#pragma once
// The way of every call to the tables: wait, meet the faults, act under the mutex, wait again.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "server/store/memory/faults.h"
#include "server/store/memory/tables.h"

namespace server::store::memory {

// What all processes of a cluster share.
struct Database {
    std::mutex mutex;
    Tables tables;
};

// The way of one process to the database, with its own faults.
class Access {
public:
    explicit Access(Database& database) : database_(database) {}

    Faults& faults() { return faults_; }
    const Tables& tables() const { return database_.tables; }

    // `call(const Tables&)` is a plain function that returns `T`.
    template <class T, class Call>
    Async<Result<T>> read(const char* name, Call call) {
        const Delay delay = delay_of(name);
        CO_TRY(reachable());
        co_await wait(delay.before);
        Result<T> result = faulty_read<T>(name, call);
        co_await wait(delay.after);
        co_return result;
    }

    // `Answer` is Status or a Result.
    template <class Answer, class Call>
    Async<Answer> write(const char* name, Call call) {
        const Delay delay = delay_of(name);
        CO_TRY(reachable());
        co_await wait(delay.before);
        Answer answer = faulty_write<Answer>(name, call);
        co_await wait(delay.after);
        co_return answer;
    }

    // Commits of one shard by this process take effect in the order of the calls, whatever their
    // delays.
    Async<CommitOutcome> commit(TransitionWrite write);

private:
    struct PendingCommit {
        TransitionWrite write;
        CommitOutcome outcome;
        bool applied = false;
    };

    Delay delay_of(const char* name) const;
    Status reachable() const;
    Async<void> wait(int turns) const;
    // Applies the pending commits of the shard up to this one.
    void apply_through(const PendingCommit& last);
    CommitOutcome faulty_commit(const TransitionWrite& write);

    template <class T, class Call>
    Result<T> faulty_read(const char* name, Call& call) {
        const std::lock_guard lock(database_.mutex);
        if (faults_.read) TRY(faults_.read(name));
        return call(std::as_const(database_.tables));
    }
    template <class Answer, class Call>
    Answer faulty_write(const char* name, Call& call) {
        const std::lock_guard lock(database_.mutex);
        if (faults_.write) TRY(faults_.write(name));
        Answer answer = call(database_.tables);
        if (faults_.answer) TRY(faults_.answer(name));
        return answer;
    }

    Database& database_;
    Faults faults_;
    std::map<ShardId, std::deque<std::shared_ptr<PendingCommit>>> pending_;
};

}  // namespace server::store::memory
