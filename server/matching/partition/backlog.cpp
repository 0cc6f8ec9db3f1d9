#include "server/matching/partition/backlog.h"

#include <algorithm>

#include "server/base/mutant.h"

namespace server::matching {

Backlog::Backlog(Environment& environment, store::TaskQueueKey queue, std::string whole_queue,
                 boost::asio::any_io_executor executor, Loaded loaded)
    : environment_(environment), queue_(std::move(queue)), whole_queue_(std::move(whole_queue)),
      loaded_(std::move(loaded)), alarm_(environment.clock, executor),
      pause_(environment.clock, executor) {}

Async<Status> Backlog::append(TaskPtr task) {
    if (closed_) co_return moved();
    if (appends_.size() >= environment_.options.spill_waiting_max) {
        co_return Status(Code::ResourceExhausted,
                         "task queue " + queue_.name + " has " + std::to_string(appends_.size()) +
                             " tasks waiting to be written, the most allowed; try again",
                         ResourceExhausted{ResourceExhausted::Cause::persistence,
                                           ResourceExhausted::Scope::system});
    }
    auto enqueue = [this, &task](Resume<Status> resume) {
        appends_.push_back(Append{std::move(task), std::move(resume)});
        alarm_.wake();
    };
    co_return co_await suspend<Status>(enqueue);
}

void Backlog::done(TaskId id) {
    if (open_.erase(id) == 0) return;
    const bool is_first = done_since_acknowledged_++ == 0;
    if (is_first) {
        acknowledge_at_ =
            saturating_add(environment_.clock.now(), environment_.options.acknowledge_delay);
    }
    // The next page comes before this one is done, so that no other backlog is served meanwhile.
    if (is_first || acknowledge_due() || should_read()) alarm_.wake();
}

void Backlog::want_more() {
    if (!unread_ || wanted_) return;
    wanted_ = true;
    alarm_.wake();
}

TaskId Backlog::done_through() const {
    return open_.empty() ? read_level_ : TaskId{open_.begin()->value - 1};
}

Async<void> Backlog::run() {
    while (!closed_ && !lost_) {
        co_await pause_after_failure();
        if (!closed_) co_await step();
    }
    closed_ = true;
    while (!appends_.empty() && lease_ && !lost_) co_await write();  // what came before the close
    refuse_appends(moved());
    looked();
    if (!lost_) co_await acknowledge_at_end();
}

Async<void> Backlog::step() {
    if (!lease_) {
        co_await acquire();
    } else if (!appends_.empty() || acknowledge_due() || confirm_due()) {
        co_await write();
        // A stream of new tasks must not keep the old ones from being loaded.
        if (lease_ && !lost_ && !closed_ && should_read()) co_await read();
    } else if (should_read()) {
        co_await read();
    } else {
        // Past its time and not due means that an open task holds it back: done() will wake us.
        const bool is_ahead = acknowledge_at_ > environment_.clock.now();
        co_await alarm_.wait_until(std::min(is_ahead ? acknowledge_at_ : kNever, next_confirm()));
    }
}

// A process with another view may have had the partition and left tasks, which an owner with
// waiting polls and nothing to write would never look for. Then the write finds the lease lost.
TimePoint Backlog::next_confirm() const {
    return mutant("quiet_owner_unconfirmed")
               ? kNever
               : saturating_add(written_at_, environment_.options.confirm_interval);
}

bool Backlog::confirm_due() const { return next_confirm() <= environment_.clock.now(); }

Async<void> Backlog::acquire() {
    store::TaskQueueClaim claim{queue_, environment_.options.owner, {}};
    if (whole_queue_ != queue_.name) claim.queue = whole_queue_;
    const Result<store::TaskQueueLease> lease =
        co_await environment_.task_queues.acquire(std::move(claim));
    if (!lease.ok()) {
        refuse_appends(lease.status());
        store_failed(lease.status());
        looked();
        co_return;
    }
    store_answered();
    lease_ = lease->range_id;
    written_at_ = environment_.clock.now();
    last_id_ = TaskId{lease->range_id.value << kCounterBits};
    read_level_ = std::max(read_level_, lease->done_through);
    acknowledged_ = lease->done_through;
    unread_ = true;
}

std::vector<Backlog::Append> Backlog::next_batch() {
    std::vector<Append> batch;
    while (!appends_.empty() && batch.size() < environment_.options.spill_batch_max) {
        batch.push_back(std::move(appends_.front()));
        appends_.pop_front();
    }
    return batch;
}

store::BacklogWrite Backlog::make_write(const std::vector<Append>& batch) {
    store::BacklogWrite write;
    write.queue = queue_;
    write.range_id = *lease_;
    for (const Append& append : batch) {
        append.task->stored_id = TaskId{++last_id_.value};
        store::BacklogTask row;
        row.id = append.task->stored_id;
        row.expires = append.task->expires;
        row.task = append.task->info.SerializeAsString();
        write.added.push_back(std::move(row));
    }
    if (done_through() > acknowledged_) write.done_through = done_through();
    return write;
}

Async<void> Backlog::write() {
    constexpr std::int64_t kCounterMax = (std::int64_t{1} << kCounterBits) - 1;
    const auto used = last_id_.value - (lease_->value << kCounterBits);
    if (used + static_cast<std::int64_t>(environment_.options.spill_batch_max) > kCounterMax) {
        lease_.reset();  // the next range has fresh ids
        co_return;
    }
    std::vector<Append> batch = next_batch();
    store::BacklogWrite write = make_write(batch);
    const TaskId done = write.done_through;
    done_since_acknowledged_ = 0;
    acknowledge_at_ = kNever;
    written_at_ = environment_.clock.now();
    writing_ = true;
    const Status status = co_await environment_.task_queues.commit(std::move(write));
    writing_ = false;
    if (!status.ok()) {
        write_failed(std::move(batch), status);
        co_return;
    }
    store_answered();
    acknowledged_ = std::max(acknowledged_, done);
    batch_stored(std::move(batch));
}

void Backlog::batch_stored(std::vector<Append> batch) {
    for (Append& append : batch) {
        append.resume(ok_status());
        if (open_.size() >= environment_.options.backlog_loaded_max) unread_ = true;
        if (unread_) {
            ++unread_rows_;
        } else {
            const TaskId id = append.task->stored_id;
            load(std::move(append.task), id);
        }
    }
}

void Backlog::write_failed(std::vector<Append> batch, const Status& status) {
    lost_ = status.detail<OwnershipLost>() != nullptr;
    const Status answer = lost_ ? moved() : status;
    for (Append& append : batch) {
        append.task->stored_id = TaskId{};  // as far as anybody knows
        append.resume(answer);
    }
    if (lost_) {
        log::info("task queue partition lost its lease", {{"namespace_id", queue_.namespace_id},
                                                          {"task_queue", queue_.name},
                                                          {"task_queue_type", queue_.type},
                                                          {"range_id", *lease_}});
        return;
    }
    lease_.reset();
    unread_ = true;
    store_failed(status);
}

Async<void> Backlog::read() {
    store::TaskQueueKey queue = queue_;
    const std::int32_t page_size = environment_.options.backlog_page;
    const Result<std::vector<store::BacklogTask>> page =
        co_await environment_.task_queues.read(std::move(queue), read_level_, page_size);
    looked();
    if (!page.ok()) {
        store_failed(page.status());
        co_return;
    }
    store_answered();
    wanted_ = false;
    unread_ = page->size() >= static_cast<std::size_t>(page_size);
    unread_rows_ = unread_ ? unread_rows_ - std::min(unread_rows_, page->size()) : 0;
    for (const store::BacklogTask& row : *page) load_row(row);
}

void Backlog::load_row(const store::BacklogTask& row) {
    state::v1::BacklogTask info;
    const bool is_damaged = !info.ParseFromString(row.task);
    TaskPtr task = make_task(std::move(info));
    task->stored_id = row.id;
    task->expires = row.expires;
    if (is_damaged) {
        log::error("damaged task in the backlog dropped", {{"namespace_id", queue_.namespace_id},
                                                           {"task_queue", queue_.name},
                                                           {"task_id", row.id}});
        task->expires = kEpoch;  // it must not block those behind it
    }
    load(std::move(task), row.id);
}

void Backlog::load(TaskPtr task, TaskId id) {
    read_level_ = id;
    open_.insert(id);
    task->stored_in = this;
    loaded_(std::move(task));
}

bool Backlog::should_read() const {
    if (!unread_ || open_.size() >= environment_.options.backlog_loaded_max) return false;
    return wanted_ || open_.size() < static_cast<std::size_t>(environment_.options.backlog_page);
}

bool Backlog::acknowledge_due() const {
    if (done_since_acknowledged_ == 0 || done_through() <= acknowledged_) return false;
    return done_since_acknowledged_ >= environment_.options.acknowledge_tasks_max ||
           environment_.clock.now() >= acknowledge_at_;
}

Async<void> Backlog::acknowledge_at_end() {
    if (!lease_ || done_through() <= acknowledged_) co_return;
    store::BacklogWrite write;
    write.queue = queue_;
    write.range_id = *lease_;
    write.done_through = done_through();
    // Nothing depends on the answer: a row that stays is dispatched again and found obsolete.
    (void)co_await environment_.task_queues.commit(std::move(write));
}

Async<void> Backlog::pause_after_failure() {
    while (!closed_ && environment_.clock.now() < retry_at_) {
        co_await pause_.wait_until(retry_at_);
    }
}

void Backlog::store_answered() {
    log_.succeeded();
    backoff_ = Duration{};
}

void Backlog::store_failed(const Status& status) {
    log_.failed(status);
    const Options& options = environment_.options;
    backoff_ = backoff_ == Duration{} ? options.store_retry_first
                                      : std::min<Duration>(backoff_ * 2, options.store_retry_max);
    retry_at_ = saturating_add(environment_.clock.now(), backoff_);
}

void Backlog::refuse_appends(const Status& status) {
    for (Append& append : std::exchange(appends_, {})) append.resume(status);
}

Async<void> Backlog::first_load() {
    if (has_looked_) co_return;
    auto enqueue = [this](Resume<bool> resume) { first_look_.push_back(std::move(resume)); };
    co_await suspend<bool>(enqueue);
}

void Backlog::looked() {
    has_looked_ = true;
    for (Resume<bool>& resume : std::exchange(first_look_, {})) resume(true);
}

void Backlog::close() {
    closed_ = true;
    refuse_appends(moved());
    alarm_.wake();
    pause_.wake();
}

Status Backlog::moved() const {
    return {Code::Unavailable,
            "task queue " + queue_.name + " is moving to another owner; try again",
            OwnershipLost{}};
}

}  // namespace server::matching
