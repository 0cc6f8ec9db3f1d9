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

class Access {
public:
    Faults& faults() { return faults_; }
    const Tables& tables() const { return tables_; }

    // `call(const Tables&)` is a plain function that returns `T`.
    template <class T, class Call>
    Async<Result<T>> read(const char* name, Call call) {
        const Delay delay = delay_of(name);
        co_await wait_turns(delay.before);
        Result<T> result = faulty_read<T>(name, call);
        co_await wait_turns(delay.after);
        co_return result;
    }

    // `Answer` is Status or a Result.
    template <class Answer, class Call>
    Async<Answer> write(const char* name, Call call) {
        const Delay delay = delay_of(name);
        co_await wait_turns(delay.before);
        Answer answer = faulty_write<Answer>(name, call);
        co_await wait_turns(delay.after);
        co_return answer;
    }

    // Commits of one shard take effect in the order of the calls, whatever their delays.
    Async<CommitOutcome> commit(TransitionWrite write);

private:
    struct PendingCommit {
        TransitionWrite write;
        CommitOutcome outcome;
        bool applied = false;
    };

    Delay delay_of(const char* name) const;
    static Async<void> wait_turns(int turns);
    // Applies the pending commits of the shard up to this one.
    void apply_through(const PendingCommit& last);
    CommitOutcome faulty_commit(const TransitionWrite& write);

    template <class T, class Call>
    Result<T> faulty_read(const char* name, Call& call) {
        const std::lock_guard lock(mutex_);
        if (faults_.read) TRY(faults_.read(name));
        return call(std::as_const(tables_));
    }
    template <class Answer, class Call>
    Answer faulty_write(const char* name, Call& call) {
        const std::lock_guard lock(mutex_);
        if (faults_.write) TRY(faults_.write(name));
        return call(tables_);
    }

    Faults faults_;
    std::mutex mutex_;
    Tables tables_;
    std::map<ShardId, std::deque<std::shared_ptr<PendingCommit>>> pending_;
};

}  // namespace server::store::memory
