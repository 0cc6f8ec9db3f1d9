// Writing: one Step becomes one TransitionWrite, and the store's answer decides what memory
// follows.

#include <algorithm>

#include "server/base/mutant.h"
#include "server/cluster/search_attribute_check.h"
#include "server/history/queues/dispatch.h"
#include "server/history/shard/shard.h"
#include "server/history/shard/transition_write.h"
#include "server/runtime/time_zones.h"
#include "server/telemetry/log.h"
#include "server/workflow/operations/due.h"

namespace server::history {

namespace {

using SearchAttributes = ::temporal::api::common::v1::SearchAttributes;

WorkflowKey workflow_of(const RunKey& run) { return {run.namespace_id, run.workflow_id}; }

// The pointer moves when a run starts or closes, never in between.
std::optional<store::CurrentRunWrite> current_run_write(const Step& step) {
    const bool closes = step.transition && step.transition->closes_run;
    if (!step.created && !closes) return std::nullopt;
    const workflow::Transition& newest = step.created ? step.created->transition : *step.transition;
    store::CurrentRunWrite write;
    write.namespace_id = newest.next.run().namespace_id;
    write.workflow_id = newest.next.run().workflow_id;
    write.run_id = newest.next.run().run_id;
    write.closed = !newest.next.running();
    write.expected_run_id =
        step.run ? std::optional((*step.run)->key.run_id) : step.replaces_run_id;
    return write;
}

// A task that was started for a waiting worker, as the worker's queue is to have it.
struct Handed {
    std::unique_ptr<workflow::WaitingWorker> worker;
    state::v1::BacklogTask task;
};

void hand_over(std::vector<Handed> handed) {
    for (Handed& one : handed) one.worker->hand_over(std::move(one.task));
}

std::vector<Handed> take_handed(Step& step, TimePoint now) {
    std::vector<Handed> handed;
    const auto take = [&handed, now](workflow::Transition& from) {
        for (workflow::HandedTask& one : from.handed) {
            auto task = backlog_task(one.dispatch, from.next.attributes().priority(), now);
            task.clear_expires_ns();  // it has started in time
            task.set_started_with(std::move(one.request_id));
            handed.push_back({std::move(one.worker), std::move(task)});
        }
        from.handed.clear();
    };
    if (step.transition) take(*step.transition);
    if (step.created) take(step.created->transition);
    return handed;
}

// The record is written as the run is when the task is executed.
workflow::OutboxEntry visibility_task(const RunKey& run, TaskId id) {
    workflow::OutboxEntry entry{id, {}};
    entry.task.set_namespace_id(run.namespace_id);
    entry.task.set_workflow_id(run.workflow_id);
    entry.task.set_run_id(run.run_id);
    entry.task.mutable_update_visibility()->set_version(id.value);
    return entry;
}

}  // namespace

// What is remembered of a write while the store has it.
struct Shard::Sent {
    std::uint64_t epoch = 0;
    SentTasks tasks;
    TaskId outbox_done_through;
};

workflow::Environment Shard::environment(const cluster::NamespacePtr& entry) {
    workflow::Environment environment;
    environment.now = clock_.now();
    environment.next_task_id = next_task_id_;
    environment.random = random_.next();
    environment.retention = entry->retention;
    environment.namespace_name = entry->name;
    environment.limits = options_.workflow;
    environment.find_time_zone = find_time_zone;
    environment.find_waiting_worker = [this](const state::v1::Task& dispatch) {
        return matching_->find_waiting_worker(queue_of(dispatch));
    };
    const cluster::SearchAttributeLimits limits = options_.search_attributes;
    environment.check_search_attributes = [entry, limits](SearchAttributes& attributes) {
        return cluster::check_search_attributes(*entry, limits, attributes);
    };
    return environment;
}

Async<Status> Shard::commit(Step step, cluster::NamespacePtr entry) {
    CO_TRY(ready());
    store::TransitionWrite write = build(step, *entry);
    Sent sent{epoch_, outbox_.begin(write.outbox), write.outbox_done_through};
    std::vector<HistoryMetrics::Seen> seen;
    if (step.transition) seen.push_back(HistoryMetrics::see(*step.transition));
    if (step.created) seen.push_back(HistoryMetrics::see(step.created->transition));
    std::vector<Handed> handed = take_handed(step, clock_.now());
    if (mutant("handed_before_commit")) hand_over(std::exchange(handed, {}));
    const store::CommitOutcome outcome = co_await send(std::move(write));
    if (outcome.kind == store::CommitKind::committed) {
        for (const auto& transition : seen) metrics_.count(entry->name, transition);
    }
    Status settled = settle(step, std::move(sent), outcome);
    // In doubt as well: the worker asks for what was started for it, and history knows by then.
    const bool in_doubt =
        outcome.kind == store::CommitKind::unknown && !mutant("task_in_doubt_forgotten");
    if (in_doubt || outcome.kind == store::CommitKind::committed) hand_over(std::move(handed));
    co_return settled;
}

// Behind all others, so that ids ascend.
void Shard::add_visibility_tasks(Step& step) {
    workflow::Transition& last = step.created ? step.created->transition : *step.transition;
    const auto add = [&last](const workflow::Transition& of) {
        if (of.visibility != workflow::VisibilityChange::upsert) return;
        last.tasks.push_back(visibility_task(of.next.run(), last.next_task_id));
        ++last.next_task_id.value;
    };
    if (step.transition) add(*step.transition);
    if (step.created) add(step.created->transition);
}

store::TransitionWrite Shard::build(Step& step, const cluster::NamespaceEntry& entry) {
    ASSERT(step.transition || step.created, "a commit without anything to write");
    store::TransitionWrite write;
    write.shard_id = id_;
    write.range_id = range_id_;
    const bool with_records = visibility_commits_with_transition_;
    if (step.transition && step.transition->successor) {
        step.created = std::move(step.transition->successor);
    }
    if (!with_records) add_visibility_tasks(step);
    if (step.transition) {
        const CachedRun& run = **step.run;
        const StoredBase base{run.version, workflow::next_due(*run.state)};
        add_to_write(write, *step.transition, base, entry, with_records);
        next_task_id_ = std::max(next_task_id_, step.transition->next_task_id);
    }
    if (step.created) {
        add_to_write(write, step.created->transition, StoredBase{}, entry, with_records);
        next_task_id_ = std::max(next_task_id_, step.created->transition.next_task_id);
    }
    ASSERT(next_task_id_.value < (range_id_.value + 1) << kTaskIdBits,
           "a transition took task ids of the next range");
    write.current = current_run_write(step);
    if (outbox_.done_through() > outbox_.acknowledged()) {
        write.outbox_done_through = outbox_.done_through();
    }
    return write;
}

Async<store::CommitOutcome> Shard::send(store::TransitionWrite write) {
    if (mutant("reply_before_commit")) {
        background_.spawn(send_late(std::move(write)));
        const store::CommitOutcome pretended;
        co_return pretended;
    }
    ++commits_in_flight_;
    written_at_ = clock_.now();
    store::CommitOutcome outcome = co_await runs_.commit(std::move(write));
    if (--commits_in_flight_ == 0) commits_ended_.wake();
    co_return outcome;
}

Async<Status> Shard::confirm_owned(std::uint64_t epoch) {
    const Status stale(Code::Unavailable, "the shard was taken anew meanwhile, try again",
                       OwnershipLost{});
    CO_TRY(co_await prepare_write());
    if (epoch != epoch_) co_return stale;
    store::TransitionWrite nothing;
    nothing.shard_id = id_;
    nothing.range_id = range_id_;
    const store::CommitOutcome outcome = co_await send(std::move(nothing));
    if (epoch != epoch_) co_return stale;
    if (outcome.kind == store::CommitKind::committed) co_return ok_status();
    co_return react_to_failure(outcome);
}

Async<void> Shard::send_late(store::TransitionWrite write) {
    co_await runs_.commit(std::move(write));
}

Status Shard::settle(Step& step, Sent sent, const store::CommitOutcome& outcome) {
    const bool same_epoch = sent.epoch == epoch_;
    const bool committed = outcome.kind == store::CommitKind::committed;
    if (committed && same_epoch) {
        outbox_.acknowledge(sent.outbox_done_through);
        publish(step);
        return ok_status();
    }
    if (committed) {
        // The shard was taken anew meanwhile. The reply is read from this state, the next call
        // loads it again.
        if (step.run) (*step.run)->state->absorb(std::move(step.transition->next));
        return ok_status();
    }
    if (same_epoch) outbox_.failed(sent.tasks);
    if (outcome.kind != store::CommitKind::refused) {
        const auto& any = step.transition ? step.transition->next : step.created->transition.next;
        current_runs_.forget(workflow_of(any.run()));
        if (step.run) (*step.run)->drop();
    }
    if (!same_epoch) {
        return {Code::Unavailable, "the shard was taken anew meanwhile, try again",
                OwnershipLost{}};
    }
    if (step.guesses_new && outcome.kind == store::CommitKind::conflict) {
        return {Code::AlreadyExists, outcome.message};
    }
    return react_to_failure(outcome);
}

void Shard::publish(Step& step) {
    if (const auto current = current_run_write(step)) {
        store::CurrentRun pointer{current->run_id, current->closed};
        current_runs_.set({current->namespace_id, current->workflow_id}, std::move(pointer));
    }
    if (step.transition) publish_locked(**step.run, std::move(*step.transition));
    if (step.created) publish_created(std::move(*step.created));
}

void Shard::publish_locked(CachedRun& run, workflow::Transition transition) {
    for (auto& batch : transition.history) {
        StoredBatch recent{batch.first_event_id, std::move(batch.events)};
        run.recent_history.append(std::move(recent), options_.recent_history_bytes_max);
    }
    warn_of_size(run, transition.next);
    warn_of_large_fields(run.key, transition);
    run.state->absorb(std::move(transition.next));
    ++run.version;
    timers_.set(run.key, workflow::next_due(*run.state));
    cache_.resized(run);
    outbox_.committed(std::move(transition.tasks));
    run.wake_waiters();
}

// Once, when the run passes the point: long before the server ends it.
void Shard::warn_of_size(const CachedRun& run, const workflow::MutableState& next) const {
    const auto& limits = options_.workflow;
    const auto& before = run.state->info();
    const auto& after = next.info();
    const bool size = before.history_size_bytes() <= limits.history_size_bytes_warn &&
                      after.history_size_bytes() > limits.history_size_bytes_warn;
    const bool count = before.next_event_id() - 1 <= limits.history_count_warn &&
                       after.next_event_id() - 1 > limits.history_count_warn;
    const bool state = next.record_size_bytes() > limits.state_size_bytes_warn &&
                       run.state->record_size_bytes() <= limits.state_size_bytes_warn;
    if (!size && !count && !state) return;
    log::warn("run is large", {{"workflow_id", run.key.workflow_id},
                               {"run_id", run.key.run_id},
                               {"history_length", after.next_event_id() - 1},
                               {"history_size_bytes", after.history_size_bytes()},
                               {"state_size_bytes", next.record_size_bytes()}});
}

// Every one is counted; one a minute is named.
void Shard::warn_of_large_fields(const RunKey& run, const workflow::Transition& transition) {
    constexpr Duration kPause = 1min;
    if (transition.large_fields.empty() || clock_.now() - large_fields_logged_ < kPause) return;
    large_fields_logged_ = clock_.now();
    const workflow::LargeField& field = transition.large_fields.front();
    log::warn("event is large", {{"workflow_id", run.workflow_id},
                                 {"run_id", run.run_id},
                                 {"event_id", field.event_id},
                                 {"event_type", field.event_type},
                                 {"field", field.field},
                                 {"size_bytes", field.size_bytes}});
}

void Shard::publish_created(workflow::NewRun created) {
    const RunKey key = created.state->run();
    const auto run = cache_.get(key);
    if (run->state || run->mutex.locked()) {
        // Somebody was faster in loading what has just been committed.
        outbox_.committed(std::move(created.transition.tasks));
        return;
    }
    run->state = std::move(created.state);
    run->version = 0;
    run->epoch = epoch_;
    publish_locked(*run, std::move(created.transition));
}

Status Shard::react_to_failure(const store::CommitOutcome& outcome) {
    switch (outcome.kind) {
    case store::CommitKind::committed: break;
    case store::CommitKind::conflict:
        log::warn("commit in conflict with the store",
                  {{"shard_id", id_}, {"reason", outcome.message}});
        return unavailable("the run has changed in the store, try again: " + outcome.message);
    case store::CommitKind::refused: return unavailable("nothing was written: " + outcome.message);
    case store::CommitKind::shard_lost: let_go(outcome.message); return ready();
    case store::CommitKind::unknown:
        if (!mutant("unknown_commit_ignored")) begin_reload();
        return unavailable("the outcome of the write to shard " + std::to_string(id_.value) +
                           " is unknown, it is safe to try again: " + outcome.message);
    }
    return internal_error("a failed commit without a reason");
}

}  // namespace server::history
