#pragma once
// One run in memory: its state as of the last commit, and those who wait for it. Lives on its
// shard's lane.

#include <cstdint>
#include <list>
#include <memory>

#include "server/history/cache/buffered_queries.h"
#include "server/history/cache/recent_history.h"
#include "server/runtime/alarm.h"
#include "server/runtime/async_mutex.h"
#include "server/workflow/state/mutable_state.h"

namespace server::history {

struct CachedRun {
    explicit CachedRun(RunKey run) : key(std::move(run)) {}

    const RunKey key;
    AsyncMutex mutex;  // taken before the state is loaded, held until a write is acknowledged

    // Null: not loaded, or dropped after a failed write. Replaced only under the mutex, since a
    // decision refers to it.
    std::unique_ptr<workflow::MutableState> state;
    std::int64_t version = 0;  // of the stored record
    std::uint64_t epoch = 0;   // of the shard when it was loaded; another one makes it stale
    // The stored bytes cannot be read: logged once, refused until the process restarts.
    bool damaged = false;
    RecentHistory recent_history;

    BufferedQueries queries;
    std::list<Alarm*> waiters;  // woken by every commit of the run

    void drop() {
        state.reset();
        recent_history.clear();
    }
    void wake_waiters() {
        for (Alarm* waiter : waiters) waiter->wake();
    }
    // An estimate, for the cache: its key is kept three times, and an empty deque of batches has
    // a block.
    std::size_t size_bytes() const {
        constexpr std::size_t kFixed = 2048;
        return kFixed + recent_history.size_bytes() + (state ? state->size_bytes() : 0);
    }
};

// A run whose mutex is held and whose state is loaded.
class LockedRun {
public:
    LockedRun(std::shared_ptr<CachedRun> run, AsyncMutex::Guard guard)
        : run_(std::move(run)), guard_(std::move(guard)) {}
    LockedRun(LockedRun&&) noexcept = default;
    LockedRun& operator=(LockedRun&&) = delete;
    ~LockedRun() { release(); }

    CachedRun& operator*() const { return *run_; }
    CachedRun* operator->() const { return run_.get(); }
    const workflow::MutableState& state() const { return *run_->state; }
    const std::shared_ptr<CachedRun>& shared() const { return run_; }

    // Lets the next one in; the object must not be used afterwards.
    void release() {
        if (!run_) return;
        // Nothing answers a buffered query any more once no workflow task is pending.
        if (!run_->queries.empty() && run_->state && !run_->state->workflow_task()) {
            run_->queries.release_all();
        }
        guard_.release();
        run_.reset();
    }

private:
    std::shared_ptr<CachedRun> run_;
    AsyncMutex::Guard guard_;
};

}  // namespace server::history
