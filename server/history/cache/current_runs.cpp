#include "server/history/cache/current_runs.h"

#include "server/base/assert.h"

namespace server::history {

std::optional<store::CurrentRun> CurrentRuns::find(const WorkflowKey& workflow) const {
    const auto found = entries_.find(workflow);
    if (found == entries_.end()) return std::nullopt;
    return found->second.current;
}

void CurrentRuns::set(const WorkflowKey& workflow, store::CurrentRun current) {
    overtake(workflow);
    put(workflow, std::move(current));
}

void CurrentRuns::begin_read(const WorkflowKey& workflow) { ++reading_[workflow].readers; }

bool CurrentRuns::end_read(const WorkflowKey& workflow,
                           const std::optional<store::CurrentRun>& read) {
    const auto found = reading_.find(workflow);
    ASSERT(found != reading_.end(), "the read of a current run ended without a beginning");
    const bool true_still = !found->second.overtaken;
    if (--found->second.readers == 0) reading_.erase(found);
    if (true_still && read) put(workflow, *read);
    return true_still;
}

void CurrentRuns::overtake(const WorkflowKey& workflow) {
    const auto found = reading_.find(workflow);
    if (found != reading_.end()) found->second.overtaken = true;
}

void CurrentRuns::put(const WorkflowKey& workflow, store::CurrentRun current) {
    if (const auto found = entries_.find(workflow); found != entries_.end()) {
        found->second.current = std::move(current);
        return;
    }
    Entry entry{std::move(current), oldest_first_.end()};
    const auto made = entries_.emplace(workflow, std::move(entry)).first;
    made->second.made = oldest_first_.insert(oldest_first_.end(), &made->first);
    budget_.take(1);
    while (entries_.size() > 1 && budget_.exceeded_by(entries_.size())) {
        erase(entries_.find(*oldest_first_.front()));
    }
}

void CurrentRuns::forget(const WorkflowKey& workflow) {
    overtake(workflow);
    const auto found = entries_.find(workflow);
    if (found == entries_.end()) return;
    erase(found);
}

void CurrentRuns::erase(Entries::iterator entry) {
    oldest_first_.erase(entry->second.made);
    entries_.erase(entry);
    budget_.give_back(1);
}

void CurrentRuns::clear() {
    for (auto& [workflow, reading] : reading_) reading.overtaken = true;
    budget_.give_back(entries_.size());
    entries_.clear();
    oldest_first_.clear();
}

WorkflowLocks::Lock::~Lock() {
    if (!mutex_) return;  // moved from
    guard_.release();
    owner_->let_go(workflow_, mutex_);
}

Async<WorkflowLocks::Lock> WorkflowLocks::lock(WorkflowKey workflow) {
    auto& slot = mutexes_[workflow];
    if (!slot) slot = std::make_shared<AsyncMutex>();
    std::shared_ptr<AsyncMutex> mutex = slot;
    AsyncMutex::Guard guard = co_await mutex->lock();
    co_return Lock(*this, std::move(workflow), std::move(mutex), std::move(guard));
}

void WorkflowLocks::let_go(const WorkflowKey& workflow, std::shared_ptr<AsyncMutex>& mutex) {
    constexpr long kMineAndTheMaps = 2;
    if (mutex.use_count() == kMineAndTheMaps) mutexes_.erase(workflow);
}

}  // namespace server::history
