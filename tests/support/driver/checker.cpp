#include "tests/support/driver/checker.h"

#include <algorithm>
#include <map>
#include <set>

namespace server::driver {

namespace {

constexpr std::size_t kViolationsMax = 10;

std::string name_of(const RunKey& run) { return run.workflow_id + " run " + run.run_id; }

std::string kind_of(const HistoryEvent& event) {
    return enums::EventType_Name(event.event_type()).substr(std::string("EVENT_TYPE_").size());
}

bool is_close(enums::EventType type) {
    return type == enums::EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED ||
           type == enums::EVENT_TYPE_WORKFLOW_EXECUTION_FAILED ||
           type == enums::EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT ||
           type == enums::EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED ||
           type == enums::EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED ||
           type == enums::EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW;
}

// The event that opened what this one ends, 0 when it ends nothing.
EventId opened_by(const HistoryEvent& event) {
    switch (event.event_type()) {
    case enums::EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
        return event.activity_task_completed_event_attributes().scheduled_event_id();
    case enums::EVENT_TYPE_ACTIVITY_TASK_FAILED:
        return event.activity_task_failed_event_attributes().scheduled_event_id();
    case enums::EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
        return event.activity_task_timed_out_event_attributes().scheduled_event_id();
    case enums::EVENT_TYPE_ACTIVITY_TASK_CANCELED:
        return event.activity_task_canceled_event_attributes().scheduled_event_id();
    case enums::EVENT_TYPE_TIMER_FIRED:
        return event.timer_fired_event_attributes().started_event_id();
    case enums::EVENT_TYPE_TIMER_CANCELED:
        return event.timer_canceled_event_attributes().started_event_id();
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED:
        return event.child_workflow_execution_completed_event_attributes().initiated_event_id();
    default: return 0;
    }
}

bool opens(const HistoryEvent& event) {
    return event.event_type() == enums::EVENT_TYPE_ACTIVITY_TASK_SCHEDULED ||
           event.event_type() == enums::EVENT_TYPE_TIMER_STARTED ||
           event.event_type() == enums::EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED;
}

void check_order(const RunHistory& run, bool completed, Check& ids, Check& close) {
    EventId expected = 1;
    for (const HistoryEvent& event : run.events) {
        if (event.event_id() != expected) {
            ids.violated(name_of(run.run) + ": event " + std::to_string(event.event_id()) + " (" +
                         kind_of(event) + ") where " + std::to_string(expected) + " should be");
            break;
        }
        ++expected;
    }
    if (run.events.empty() ||
        run.events.front().event_type() != enums::EVENT_TYPE_WORKFLOW_EXECUTION_STARTED) {
        ids.violated(name_of(run.run) + " does not begin with its Started event");
        return;
    }
    std::size_t closes = 0;
    for (const HistoryEvent& event : run.events) closes += is_close(event.event_type()) ? 1 : 0;
    const HistoryEvent& last = run.events.back();
    if (closes > 1 || (closes == 1 && !is_close(last.event_type()))) {
        close.violated(name_of(run.run) + ": " + std::to_string(closes) +
                       " closing events, the last event is " + kind_of(last));
    } else if (completed && last.event_type() != enums::EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED) {
        close.violated(name_of(run.run) + " has not completed: its last event, " +
                       std::to_string(last.event_id()) + ", is " + kind_of(last));
    }
}

// Activities, timers and children.
void check_pairs(const RunHistory& run, bool completed, Check& pairs) {
    std::map<EventId, int> ends;
    for (const HistoryEvent& event : run.events) {
        if (opens(event)) ends[event.event_id()] = 0;
        const EventId opened = opened_by(event);
        if (opened == 0) continue;
        const auto found = ends.find(opened);
        if (found == ends.end()) {
            pairs.violated(name_of(run.run) + ": event " + std::to_string(event.event_id()) + " (" +
                           kind_of(event) + ") ends event " + std::to_string(opened) +
                           ", which opened nothing");
        } else if (++found->second > 1) {
            pairs.violated(name_of(run.run) + ": event " + std::to_string(opened) +
                           " has ended twice, again with event " +
                           std::to_string(event.event_id()) + " (" + kind_of(event) + ")");
        }
    }
    for (const auto& [opened, count] : ends) {
        if (!completed || count > 0) continue;
        pairs.violated(name_of(run.run) + ": event " + std::to_string(opened) + " never ended");
    }
}

void check_workflow_tasks(const RunHistory& run, Check& tasks) {
    EventId scheduled = 0;
    EventId started = 0;
    for (const HistoryEvent& event : run.events) {
        bool right = true;
        switch (event.event_type()) {
        case enums::EVENT_TYPE_WORKFLOW_TASK_SCHEDULED:
            right = scheduled == 0;
            scheduled = event.event_id();
            break;
        case enums::EVENT_TYPE_WORKFLOW_TASK_STARTED:
            right = scheduled != 0 && started == 0;
            started = event.event_id();
            break;
        case enums::EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
        case enums::EVENT_TYPE_WORKFLOW_TASK_FAILED:
        case enums::EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT:
            right = scheduled != 0;
            scheduled = started = 0;
            break;
        default: break;
        }
        if (right) continue;
        tasks.violated(name_of(run.run) + ": event " + std::to_string(event.event_id()) + " (" +
                       kind_of(event) + ") does not follow from the workflow task before it");
    }
}

// Nothing comes between a workflow task's start and its end: what arrives meanwhile is buffered.
void check_buffering(const RunHistory& run, Check& buffering) {
    const HistoryEvent* before = nullptr;
    for (const HistoryEvent& event : run.events) {
        const bool after_start =
            before && before->event_type() == enums::EVENT_TYPE_WORKFLOW_TASK_STARTED;
        const bool ends_it = event.event_type() == enums::EVENT_TYPE_WORKFLOW_TASK_COMPLETED ||
                             event.event_type() == enums::EVENT_TYPE_WORKFLOW_TASK_FAILED ||
                             event.event_type() == enums::EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT;
        if (after_start && !ends_it && !is_close(event.event_type())) {
            buffering.violated(name_of(run.run) + ": event " + std::to_string(event.event_id()) +
                               " (" + kind_of(event) + ") follows a WORKFLOW_TASK_STARTED");
        }
        before = &event;
    }
}

// Calls `visit(started, fired)` for each timer that fired.
template <class Visit>
void for_each_timer(const RunHistory& run, Visit visit) {
    std::map<EventId, const HistoryEvent*> started;
    for (const HistoryEvent& event : run.events) {
        if (event.event_type() == enums::EVENT_TYPE_TIMER_STARTED)
            started[event.event_id()] = &event;
        if (event.event_type() != enums::EVENT_TYPE_TIMER_FIRED) continue;
        const auto found = started.find(event.timer_fired_event_attributes().started_event_id());
        if (found != started.end()) visit(*found->second, event);
    }
}

Duration lateness(const HistoryEvent& started, const HistoryEvent& fired) {
    const Duration wait =
        duration_of(started.timer_started_event_attributes().start_to_fire_timeout());
    return time_of(fired.event_time()) - time_of(started.event_time()) - wait;
}

// Signals of one sender come in the order of their sending, each once.
void check_signals(const RunHistory& run, Check& once, Check& order) {
    std::set<std::string> seen;
    int last = -1;
    std::vector<HistoryEvent> events = run.events;
    events.insert(events.end(), run.buffered.begin(), run.buffered.end());
    for (const HistoryEvent& event : events) {
        if (event.event_type() != enums::EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED) continue;
        const std::string id =
            text_of(event.workflow_execution_signaled_event_attributes().input());
        if (!seen.insert(id).second) once.violated(name_of(run.run) + ": twice " + id);
        const int number = std::atoi(id.substr(id.rfind('-') + 1).c_str());
        if (number < last) order.violated(name_of(run.run) + ": " + id + " came after a later one");
        last = number;
    }
}

}  // namespace

void Check::violated(std::string text) {
    ++violation_count;
    if (violations.size() < kViolationsMax) violations.push_back(std::move(text));
}

void Check::add(const Check& again) {
    const std::size_t before = violation_count;
    for (const std::string& text : again.violations) violated(text);
    violation_count = before + again.violation_count;
}

void merge(std::vector<Check>& known, std::vector<Check> found) {
    for (Check& check : found) {
        const auto same = std::find_if(known.begin(), known.end(), [&](const Check& other) {
            return other.sentence == check.sentence;
        });
        if (same == known.end()) {
            known.push_back(std::move(check));
        } else {
            same->add(check);
        }
    }
}

std::vector<Check> check_histories(const std::vector<RunHistory>& runs, bool completed) {
    Check ids{.sentence = "event ids are dense from 1"};
    Check close{.sentence = completed ? "every run completed, once, with its last event"
                                      : "a run closes at most once, with its last event"};
    Check pairs{.sentence = completed ? "every activity, timer and child ended exactly once"
                                      : "every activity, timer and child ended at most once"};
    Check tasks{.sentence = "there is one workflow task at a time, and each ends once"};
    Check buffering{.sentence = "no event comes between a workflow task's start and its end"};
    Check timers{.sentence = "no timer fired early"};
    Check once{.sentence = "no signal is doubled"};
    Check order{.sentence = "signals of one sender keep their order"};
    for (const RunHistory& run : runs) {
        check_order(run, completed, ids, close);
        check_pairs(run, completed, pairs);
        check_workflow_tasks(run, tasks);
        check_buffering(run, buffering);
        check_signals(run, once, order);
        for_each_timer(run, [&](const HistoryEvent& started, const HistoryEvent& fired) {
            if (lateness(started, fired) >= Duration{}) return;
            timers.violated(name_of(run.run) + ": event " + std::to_string(fired.event_id()));
        });
    }
    return {ids, close, pairs, tasks, buffering, timers, once, order};
}

Latencies timer_lateness(const std::vector<RunHistory>& runs) {
    Latencies latencies;
    for (const RunHistory& run : runs) {
        for_each_timer(run, [&](const HistoryEvent& started, const HistoryEvent& fired) {
            latencies.add(lateness(started, fired));
        });
    }
    return latencies;
}

}  // namespace server::driver
