#include "server/store/memory/access.h"

#include <algorithm>

namespace server::store::memory {

namespace {

void resume_at_once(const Resume<bool>& resume) { resume(true); }

}  // namespace

Delay Access::delay_of(const char* name) const {
    Delay delay;
    if (faults_.delay) delay = faults_.delay(name);
    delay.before = std::max(delay.before, 1);
    return delay;
}

Status Access::reachable() const {
    return faults_.down ? unavailable("injected: the database cannot be reached") : ok_status();
}

Async<void> Access::wait(int turns) const {
    if (faults_.travel) {
        auto on_the_way = faults_.travel();
        co_await std::move(on_the_way);
    }
    for (int turn = 0; turn < turns; ++turn) co_await suspend<bool>(resume_at_once);
}

Async<CommitOutcome> Access::commit(TransitionWrite write) {
    const Delay delay = delay_of("runs.commit");
    const Status sent = reachable();
    if (!sent.ok()) co_return CommitOutcome{CommitKind::refused, sent.message()};
    auto pending = std::make_shared<PendingCommit>();
    pending->write = std::move(write);
    {
        const std::lock_guard lock(database_.mutex);
        pending_[pending->write.shard_id].push_back(pending);
    }
    co_await wait(delay.before);
    apply_through(*pending);
    co_await wait(delay.after);
    co_return std::move(pending->outcome);
}

void Access::apply_through(const PendingCommit& last) {
    const std::lock_guard lock(database_.mutex);
    auto& waiting = pending_[last.write.shard_id];
    while (!last.applied) {
        PendingCommit& next = *waiting.front();
        next.outcome = faulty_commit(next.write);
        next.applied = true;
        waiting.pop_front();
    }
}

CommitOutcome Access::faulty_commit(const TransitionWrite& write) {
    const CommitFault fault = faults_.commit ? faults_.commit(write) : CommitFault::none;
    switch (fault) {
    case CommitFault::none: return apply(database_.tables, write);
    case CommitFault::refused: return {CommitKind::refused, "injected: the store cannot write"};
    case CommitFault::shard_lost:
        return {CommitKind::shard_lost, "injected: the shard has another owner"};
    case CommitFault::unknown_written: {
        CommitOutcome outcome = apply(database_.tables, write);
        return {CommitKind::unknown, "injected: connection lost; " + outcome.message};
    }
    case CommitFault::unknown_not_written:
        return {CommitKind::unknown, "injected: connection lost"};
    }
    ASSERT(false, "commit fault out of range");
}

}  // namespace server::store::memory
