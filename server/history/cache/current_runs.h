#pragma once
// Which run of a workflow id is the current one: what is known of the store's pointers, and one
// mutex per workflow id that makes its starts follow one another. Lives on the shard's lane; the
// shard is the only writer of its pointers, so what is here is true.

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "server/history/cache/cache_budget.h"
#include "server/runtime/async_mutex.h"
#include "server/store/runs.h"

namespace server::history {

struct WorkflowKey {
    std::string namespace_id;
    std::string workflow_id;
    auto operator<=>(const WorkflowKey&) const = default;
};

class CurrentRuns {
public:
    explicit CurrentRuns(CacheBudget& budget) : budget_(budget) {}
    ~CurrentRuns() { clear(); }
    CurrentRuns(const CurrentRuns&) = delete;
    CurrentRuns& operator=(const CurrentRuns&) = delete;

    std::optional<store::CurrentRun> find(const WorkflowKey& workflow) const;
    // Written by this shard just now.
    void set(const WorkflowKey& workflow, store::CurrentRun current);
    // Around a read of the store: end_read keeps what was read, unless the pointer was written
    // meanwhile; then it returns false and the caller looks again. Every begin has its end.
    void begin_read(const WorkflowKey& workflow);
    bool end_read(const WorkflowKey& workflow, const std::optional<store::CurrentRun>& read);
    void forget(const WorkflowKey& workflow);
    void clear();

private:
    void put(const WorkflowKey& workflow, store::CurrentRun current);

    struct Entry {
        store::CurrentRun current;
        std::list<const WorkflowKey*>::iterator made;
    };
    using Entries = std::map<WorkflowKey, Entry>;
    void erase(Entries::iterator entry);
    struct Reading {
        int readers = 0;
        bool overtaken = false;
    };
    void overtake(const WorkflowKey& workflow);

    CacheBudget& budget_;
    Entries entries_;
    std::map<WorkflowKey, Reading> reading_;
    std::list<const WorkflowKey*> oldest_first_;  // keys of entries_
};

// One mutex per workflow id, as long as somebody wants it.
class WorkflowLocks {
public:
    class Lock {
    public:
        Lock(WorkflowLocks& owner, WorkflowKey workflow, std::shared_ptr<AsyncMutex> mutex,
             AsyncMutex::Guard guard)
            : owner_(&owner), workflow_(std::move(workflow)), mutex_(std::move(mutex)),
              guard_(std::move(guard)) {}
        Lock(Lock&& other) noexcept = default;
        Lock& operator=(Lock&&) = delete;
        ~Lock();

    private:
        WorkflowLocks* owner_;
        WorkflowKey workflow_;
        std::shared_ptr<AsyncMutex> mutex_;
        AsyncMutex::Guard guard_;
    };

    Async<Lock> lock(WorkflowKey workflow);
    std::size_t size() const { return mutexes_.size(); }

private:
    void let_go(const WorkflowKey& workflow, std::shared_ptr<AsyncMutex>& mutex);

    std::map<WorkflowKey, std::shared_ptr<AsyncMutex>> mutexes_;
};

}  // namespace server::history
