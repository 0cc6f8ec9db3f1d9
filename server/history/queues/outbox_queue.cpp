#include "server/history/queues/outbox_queue.h"

#include <algorithm>

#include "server/base/assert.h"
#include "server/base/mutant.h"
#include "server/telemetry/log.h"

namespace server::history {

namespace {

bool passing(Code code) {
    switch (code) {
    case Code::Unavailable:
    case Code::Aborted:
    case Code::ResourceExhausted:
    case Code::DeadlineExceeded:
    case Code::Cancelled: return true;
    default: return false;
    }
}

}  // namespace

OutboxQueue::OutboxQueue(Owner& owner, Clock& clock, Lane& lane, Background& background,
                         const Options& options, Mine mine)
    : owner_(owner), clock_(clock), background_(background), options_(options), mine_(mine),
      alarm_(clock, lane.executor()) {}

void OutboxQueue::begin(const std::vector<TaskId>& ids, TaskId highest) {
    for (const TaskId id : ids) open_.emplace(id.value, false);
    highest_ = std::max(highest_, highest.value);
}

void OutboxQueue::failed(const std::vector<TaskId>& ids) {
    for (const TaskId id : ids) open_.erase(id.value);
}

void OutboxQueue::committed(std::vector<workflow::OutboxEntry> tasks) {
    for (auto& [id, task] : tasks) {
        if (mutant("task_lost_after_commit")) {
            finish(id);
            continue;
        }
        if (id.value <= read_position_) continue;  // a read of the table was faster
        if (!must_read_ && held() >= options_.outbox_queue_max) {
            must_read_ = true;
            // Commits that have not answered yet may be lower.
            const auto lowest = std::find_if(open_.begin(), open_.end(),
                                             [](const auto& entry) { return !entry.second; });
            ASSERT(lowest != open_.end(), "a committed task was not begun");
            read_position_ = std::max(read_position_, lowest->first - 1);
        }
        if (must_read_) {
            skipped_through_ = std::max(skipped_through_, id.value);
            open_.erase(id.value);  // read_position_ holds done_through() back instead
            continue;
        }
        enqueue(id, std::move(task));
    }
    if (!tasks.empty()) alarm_.wake();
}

void OutboxQueue::enqueue(TaskId id, state::v1::Task task) {
    open_[id.value] = true;
    highest_ = std::max(highest_, id.value);
    ready_.push_back({id, std::move(task), generation_, 0, Duration{}});
}

TaskId OutboxQueue::done_through() const {
    std::int64_t through = highest_;
    if (!open_.empty()) through = std::min(through, open_.begin()->first - 1);
    if (must_read_) through = std::min(through, read_position_);
    return {std::max(through, acknowledged_.value)};
}

bool OutboxQueue::has_open_through(TaskId id) const {
    const bool unread = must_read_ && read_position_ < id.value;
    return unread || (!open_.empty() && open_.begin()->first <= id.value);
}

void OutboxQueue::acknowledge(TaskId done_through) {
    acknowledged_ = std::max(acknowledged_, done_through);
    if (acknowledged_ == this->done_through()) flush_at_ = kNever;
}

void OutboxQueue::finish(TaskId id) {
    open_.erase(id.value);
    if (flush_at_ == kNever && done_through() > acknowledged_) {
        flush_at_ = saturating_add(clock_.now(), options_.outbox_flush_interval);
        alarm_.wake();
    }
}

void OutboxQueue::reset() {
    ++generation_;
    ready_.clear();
    delayed_.clear();
    open_.clear();
    must_read_ = true;
    read_position_ = 0;
    skipped_through_ = 0;
    highest_ = 0;
    acknowledged_ = {};
    flush_at_ = kNever;
    read_retry_at_ = kEpoch;
    alarm_.wake();
}

void OutboxQueue::start() {
    stopping_ = false;
    background_.spawn(run());
}

void OutboxQueue::stop() {
    stopping_ = true;
    alarm_.wake();
}

Async<void> OutboxQueue::run() {
    while (!stopping_) {
        if (wants_page() && clock_.now() >= read_retry_at_) co_await read_page();
        start_ready();
        if (clock_.now() >= flush_at_) {
            flush_at_ = saturating_add(clock_.now(), options_.outbox_flush_interval);
            co_await owner_.flush_outbox();
        }
        co_await alarm_.wait_until(next_deadline());
    }
}

bool OutboxQueue::wants_page() const {
    return must_read_ && held() <= options_.outbox_queue_max / 2;
}

Async<void> OutboxQueue::read_page() {
    const std::uint64_t generation = generation_;
    auto page = co_await owner_.read_outbox(TaskId{read_position_});
    if (generation != generation_) co_return;
    if (!page.ok()) {
        read_retry_at_ = saturating_add(clock_.now(), options_.task_retry_max);
        log::warn("outbox not read, trying again", {{"reason", page.status().message()}});
        co_return;
    }
    take_page(std::move(page).value());
}

void OutboxQueue::take_page(std::vector<store::OutboxTask> page) {
    if (page.empty()) {
        must_read_ = read_position_ < skipped_through_;
        return;
    }
    for (store::OutboxTask& row : page) {
        read_position_ = std::max(read_position_, row.id.value);
        if (!mine_(row.category)) {
            highest_ = std::max(highest_, row.id.value);
            continue;
        }
        const auto known = open_.find(row.id.value);
        if (known != open_.end() && known->second) continue;
        state::v1::Task task;
        if (!task.ParseFromString(row.task)) {
            log::error("outbox task cannot be read, dropped", {{"task_id", row.id}});
            highest_ = std::max(highest_, row.id.value);
            open_.erase(row.id.value);
            continue;
        }
        enqueue(row.id, std::move(task));
    }
}

void OutboxQueue::start_ready() {
    const TimePoint now = clock_.now();
    while (!delayed_.empty() && delayed_.begin()->first <= now) {
        ready_.push_back(std::move(delayed_.begin()->second));
        delayed_.erase(delayed_.begin());
    }
    while (!ready_.empty() && executing_ < options_.outbox_concurrency_max) {
        Queued next = std::move(ready_.front());
        ready_.pop_front();
        ++executing_;
        background_.spawn(execute(std::move(next)));
    }
}

Async<void> OutboxQueue::execute(Queued queued) {
    state::v1::Task task = queued.task;
    const Status status = co_await owner_.execute(std::move(task));
    --executing_;
    alarm_.wake();
    if (queued.generation != generation_) co_return;  // the table brings it again
    if (status.ok()) {
        finish(queued.id);
    } else {
        failed_to_execute(std::move(queued), status);
    }
}

void OutboxQueue::failed_to_execute(Queued queued, const Status& status) {
    if (!passing(status.code()) && ++queued.failures >= options_.task_attempts_max) {
        // It would fail for ever; the run's own timeouts take it from here.
        log::error("outbox task dropped", {{"task_id", queued.id},
                                           {"workflow_id", queued.task.workflow_id()},
                                           {"run_id", queued.task.run_id()},
                                           {"reason", status.message()}});
        return finish(queued.id);
    }
    queued.backoff =
        std::clamp(2 * queued.backoff, options_.task_retry_min, options_.task_retry_max);
    const TimePoint again = saturating_add(clock_.now(), queued.backoff);
    delayed_.emplace(again, std::move(queued));
}

TimePoint OutboxQueue::next_deadline() const {
    TimePoint deadline = flush_at_;
    if (wants_page()) deadline = std::min(deadline, read_retry_at_);
    if (executing_ >= options_.outbox_concurrency_max) return deadline;
    if (!ready_.empty()) return kEpoch;
    if (!delayed_.empty()) deadline = std::min(deadline, delayed_.begin()->first);
    return deadline;
}

}  // namespace server::history
