// The second half of checker.h: acknowledgements against histories.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "tests/support/driver/checker.h"

namespace server::driver {

namespace {

using Kind = Acknowledgement::Kind;

// What one history says about the things that are acknowledged.
struct Evidence {
    std::set<std::string> signals;               // request ids
    std::set<EventId> completed_workflow_tasks;  // started event ids
    std::map<EventId, std::string> scheduled;    // activity ids by scheduled event id
    std::set<std::string> completed_activities;  // activity ids
    enums::EventType last = enums::EVENT_TYPE_UNSPECIFIED;
};

void collect(const HistoryEvent& event, Evidence& evidence) {
    if (event.has_workflow_execution_signaled_event_attributes()) {
        evidence.signals.insert(
            text_of(event.workflow_execution_signaled_event_attributes().input()));
    } else if (event.has_workflow_task_completed_event_attributes()) {
        evidence.completed_workflow_tasks.insert(
            event.workflow_task_completed_event_attributes().started_event_id());
    } else if (event.has_activity_task_scheduled_event_attributes()) {
        evidence.scheduled[event.event_id()] =
            event.activity_task_scheduled_event_attributes().activity_id();
    } else if (event.has_activity_task_completed_event_attributes()) {
        const EventId scheduled =
            event.activity_task_completed_event_attributes().scheduled_event_id();
        evidence.completed_activities.insert(evidence.scheduled[scheduled]);
    }
}

Evidence evidence_of(const RunHistory& run) {
    Evidence evidence;
    for (const HistoryEvent& event : run.events) collect(event, evidence);
    for (const HistoryEvent& event : run.buffered) collect(event, evidence);
    if (!run.events.empty()) evidence.last = run.events.back().event_type();
    return evidence;
}

std::string text_of(const Acknowledgement& entry) {
    return to_rfc3339(entry.time) + " " + name_of(entry.kind) + " " + entry.workflow_id + " run " +
           entry.run_id + " " + entry.id + " event " + std::to_string(entry.number) + " attempt " +
           std::to_string(entry.attempt);
}

class AcknowledgementChecks {
public:
    explicit AcknowledgementChecks(const std::vector<RunHistory>& runs) {
        for (const RunHistory& run : runs) {
            evidence_.emplace(run.run.run_id, evidence_of(run));
            if (++runs_of_[run.run.workflow_id] == 2) {
                started_.violated(run.run.workflow_id + " has two runs");
            }
        }
    }

    void add(const Acknowledgement& entry) {
        const auto found = evidence_.find(entry.run_id);
        if (found == evidence_.end()) {
            started_.violated("there is no such run: " + text_of(entry));
            return;
        }
        add(entry, found->second);
    }

    std::vector<Check> take() {
        return {started_, signals_, completions_, closes_, attempts_, details_};
    }

private:
    void add(const Acknowledgement& entry, const Evidence& evidence) {
        switch (entry.kind) {
        case Kind::started: return;
        case Kind::signaled:
            if (!evidence.signals.contains(entry.id)) signals_.violated(text_of(entry));
            return;
        case Kind::workflow_task_polled:
        case Kind::activity_polled: return add_attempt(entry);
        case Kind::workflow_task_completed:
            if (!evidence.completed_workflow_tasks.contains(entry.number)) {
                completions_.violated(text_of(entry));
            }
            return;
        case Kind::activity_heartbeat: heartbeats_.insert({entry.run_id, entry.id}); return;
        case Kind::activity_failed: return;
        case Kind::activity_completed: return add_completion(entry, evidence);
        case Kind::closed:
            if (evidence.last != entry.number) closes_.violated(text_of(entry));
            return;
        }
    }

    void add_attempt(const Acknowledgement& entry) {
        const bool first =
            attempts_seen_.emplace(entry.kind, entry.run_id, entry.id, entry.number, entry.attempt)
                .second;
        if (!first) attempts_.violated(text_of(entry));
        if (entry.kind != Kind::activity_polled) return;
        const bool beat = heartbeats_.contains({entry.run_id, entry.id});
        if (beat && !entry.had_details) details_.violated(text_of(entry));
    }

    void add_completion(const Acknowledgement& entry, const Evidence& evidence) {
        const bool first = completed_.insert({entry.run_id, entry.id}).second;
        if (!first) completions_.violated("twice: " + text_of(entry));
        if (!evidence.completed_activities.contains(entry.id)) {
            completions_.violated(text_of(entry));
        }
    }

    std::map<std::string, Evidence> evidence_;  // by run id
    std::map<std::string, int> runs_of_;        // by workflow id
    std::set<std::pair<std::string, std::string>> heartbeats_;
    std::set<std::pair<std::string, std::string>> completed_;
    std::set<std::tuple<Kind, std::string, std::string, EventId, int>> attempts_seen_;
    Check started_{.sentence = "every acknowledged start has exactly one run"};
    Check signals_{.sentence = "no acknowledged signal is lost"};
    Check completions_{.sentence = "every acknowledged completion of a task is in history, once"};
    Check closes_{.sentence = "a result that a client saw is the one in history"};
    Check attempts_{.sentence = "no attempt of a task was handed out twice"};
    Check details_{.sentence = "acknowledged heartbeat details reach the next attempt"};
};

}  // namespace

std::vector<Check> check_acknowledgements(const AcknowledgementLog& log, std::size_t acknowledged,
                                          const std::vector<RunHistory>& runs) {
    AcknowledgementChecks checks(runs);
    for (std::size_t index = 0; index < std::min(acknowledged, log.entries().size()); ++index) {
        checks.add(log.entries()[index]);
    }
    return checks.take();
}

}  // namespace server::driver
