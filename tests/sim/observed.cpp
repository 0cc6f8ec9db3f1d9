#include "tests/sim/observed.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "server/workflow/api.h"
#include "server/workflow/operations/external_result.h"
#include "tests/sim/answers.h"
#include "tests/sim/outcomes.h"
#include "tests/sim/table_rows.h"

namespace server::sim {

namespace {

namespace enums = ::temporal::api::enums::v1;
using workflow::nanos_of;

constexpr std::int64_t kMinute = 60'000'000'000;
// How late a policy, a report or a timer may come, with answers lost and tasks that fail.
constexpr std::int64_t kLateMax = 20 * kMinute;

std::int64_t time_of(const HistoryEvent& event) { return nanos_of(event.event_time()); }

const HistoryEvent& first_event(const ObservedRun& run) { return run.history.events(0); }
const HistoryEvent& close_event(const ObservedRun& run) {
    return run.history.events(run.history.events_size() - 1);
}
const auto& started_of(const ObservedRun& run) {
    return first_event(run).workflow_execution_started_event_attributes();
}

std::string successor_of(const ObservedRun& run) {
    const HistoryEvent& event = close_event(run);
    if (event.has_workflow_execution_continued_as_new_event_attributes()) {
        return event.workflow_execution_continued_as_new_event_attributes().new_execution_run_id();
    }
    if (event.has_workflow_execution_completed_event_attributes()) {
        return event.workflow_execution_completed_event_attributes().new_execution_run_id();
    }
    if (event.has_workflow_execution_failed_event_attributes()) {
        return event.workflow_execution_failed_event_attributes().new_execution_run_id();
    }
    return event.workflow_execution_timed_out_event_attributes().new_execution_run_id();
}

class Checker {
public:
    explicit Checker(const Observed& observed) : observed_(observed) {
        for (const ObservedRun& run : observed.runs) {
            by_id_[run.run_id] = &run;
            if (run.history.events().empty()) continue;
            chains_[started_of(run).first_execution_run_id()].push_back(&run);
            workflows_[run.workflow_id].push_back(&run);
        }
        const auto by_start = [](const ObservedRun* one, const ObservedRun* other) {
            return time_of(first_event(*one)) < time_of(first_event(*other));
        };
        for (auto& [id, runs] : chains_) std::stable_sort(runs.begin(), runs.end(), by_start);
        for (auto& [id, runs] : workflows_) std::stable_sort(runs.begin(), runs.end(), by_start);
    }

    std::vector<std::string> check() {
        for (const ObservedRun& run : observed_.runs) {
            if (!check_shape(run)) continue;
            check_outcomes(run);
            check_workflow_tasks(run);
            check_activities_and_timers(run);
            check_children(run);
            check_external_signals(run);
            check_succession(run);
        }
        for (const auto& [id, runs] : workflows_) check_one_at_a_time(runs);
        check_child_runs();
        check_answers(observed_, found_);
        check_rows(observed_, found_);
        return std::move(found_);
    }

private:
    void demand(bool holds, const std::string& invariant, const ObservedRun& run,
                const std::string& what) {
        if (holds) return;
        found_.push_back(invariant + ": " + what + " (" + run.workflow_id + ", run " + run.run_id +
                         ")");
    }
    const ObservedRun* find(const std::string& run_id) const {
        const auto found = by_id_.find(run_id);
        return found == by_id_.end() ? nullptr : found->second;
    }

    // I3, I7, I15, I17. False: nothing else can be said of it.
    bool check_shape(const ObservedRun& run) {
        if (run.history.events().empty()) {
            demand(false, "I3", run, "no history");
            return false;
        }
        for (int index = 0; index < run.history.events_size(); ++index) {
            const HistoryEvent& event = run.history.events(index);
            demand(event.event_id() == index + 1, "I3", run, "event ids have a gap");
            const bool last = index + 1 == run.history.events_size();
            demand(status_of(event).has_value() == last, "I7", run,
                   "event " + std::to_string(index + 1) + (last ? " does not close" : " closes"));
        }
        demand(run.stored_state == run.replayed_state, "I17", run, "state is not replay");
        const auto status = status_of(close_event(run));
        demand(status && *status == run.listed_status, "I15", run, "listed with another status");
        return status.has_value();
    }

    // I4: what has begun ends at most once, and never before.
    void check_outcomes(const ObservedRun& run) {
        std::set<std::int64_t> ended;
        for (const HistoryEvent& event : run.history.events()) {
            const std::int64_t begun = ended_by(event);
            if (begun == 0) continue;
            const std::string name = "event " + std::to_string(begun);
            demand(begun < event.event_id(), "I4", run, name + " ends before it begins");
            demand(ended.insert(begun).second, "I4", run, name + " ends twice");
        }
    }

    // I5: one started workflow task at a time, each with one end.
    void check_workflow_tasks(const ObservedRun& run) {
        std::int64_t open = 0;
        for (const HistoryEvent& event : run.history.events()) {
            if (event.has_workflow_task_started_event_attributes()) {
                demand(open == 0, "I5", run, "two workflow tasks run at once");
                open = event.workflow_task_started_event_attributes().scheduled_event_id();
            } else if (event.has_workflow_task_completed_event_attributes() ||
                       event.has_workflow_task_failed_event_attributes() ||
                       event.has_workflow_task_timed_out_event_attributes()) {
                demand(open == ended_by(event), "I5", run,
                       "a workflow task ends that does not run");
                open = 0;
            }
        }
        demand(open == 0, "I5", run, "a workflow task never ends");
    }

    // I8, I9.
    void check_activities_and_timers(const ObservedRun& run) {
        for (const HistoryEvent& event : run.history.events()) {
            if (event.has_activity_task_started_event_attributes()) {
                const int attempt = event.activity_task_started_event_attributes().attempt();
                demand(attempt >= 1 && attempt <= 5, "I9", run, "attempts outside the policy");
            }
            if (!event.has_timer_fired_event_attributes()) continue;
            const auto& fired = event.timer_fired_event_attributes();
            const HistoryEvent& begun =
                run.history.events(static_cast<int>(fired.started_event_id() - 1));
            const std::int64_t due =
                time_of(begun) +
                nanos_of(begun.timer_started_event_attributes().start_to_fire_timeout());
            demand(time_of(event) >= due, "I8", run, "a timer fires early");
            demand(time_of(event) <= due + kLateMax, "I8", run, "a timer fires late");
        }
    }

    // I18, the parent's side: the start and the end of a child are recorded once, and truly.
    void check_children(const ObservedRun& run) {
        std::map<std::int64_t, std::string> started;
        std::set<std::int64_t> over;
        for (const HistoryEvent& event : run.history.events()) {
            if (event.has_child_workflow_execution_started_event_attributes()) {
                const auto& begun = event.child_workflow_execution_started_event_attributes();
                const std::string& child = begun.workflow_execution().run_id();
                demand(started.emplace(begun.initiated_event_id(), child).second, "I18", run,
                       "a child's start is recorded twice");
                demand(find(child) != nullptr, "I18", run,
                       "a child was recorded that is not there");
            } else if (event.has_start_child_workflow_execution_failed_event_attributes()) {
                const auto& failed = event.start_child_workflow_execution_failed_event_attributes();
                demand(over.insert(failed.initiated_event_id()).second, "I18", run,
                       "a child fails to start twice");
                demand(started.count(failed.initiated_event_id()) == 0, "I18", run,
                       "a child starts and fails to");
            } else if (const auto end = child_end(event)) {
                demand(started.count(end->initiated_event_id) == 1, "I18", run,
                       "a child ends that never started");
                demand(over.insert(end->initiated_event_id).second, "I18", run,
                       "a child's end is recorded twice");
                const ObservedRun* last = find(end->run_id);
                demand(last && status_of(close_event(*last)) == end->status, "I18", run,
                       "a child's end is not how it ended");
            }
        }
        for (const auto& [initiated, child] : started) {
            if (over.count(initiated) == 0) check_left_child(run, initiated, child);
        }
    }

    // The parent closed before the child's end was recorded: its policy was applied, once.
    void check_left_child(const ObservedRun& run, std::int64_t initiated,
                          const std::string& first_run_id) {
        const auto& chain = chains_[first_run_id];
        if (chain.empty()) return;
        const auto policy = run.history.events(static_cast<int>(initiated - 1))
                                .start_child_workflow_execution_initiated_event_attributes()
                                .parent_close_policy();
        const std::int64_t parent_end = time_of(close_event(run));
        const std::int64_t child_end_time = time_of(close_event(*chain.back()));
        int applied = 0;
        for (const ObservedRun* part : chain) {
            for (const HistoryEvent& event : part->history.events()) applied += by_policy(event);
        }
        if (policy == enums::PARENT_CLOSE_POLICY_ABANDON) {
            demand(applied == 0, "I18", run, "an abandoned child was ended");
            demand(child_end_time + kLateMax >= parent_end, "I18", run,
                   "the end of a child was not recorded");
            return;
        }
        demand(applied <= 1, "I18", run, "a parent close policy was applied twice");
        demand(child_end_time <= parent_end + kLateMax, "I18", run,
               "a parent close policy was not applied");
        demand(child_end_time + kLateMax >= parent_end, "I18", run,
               "the end of a child was not recorded");
    }

    // I18, the child's side: one chain for each initiated event.
    void check_child_runs() {
        std::map<std::pair<std::string, std::int64_t>, int> begun;
        for (const ObservedRun& run : observed_.runs) {
            if (run.history.events().empty()) continue;
            const auto& started = started_of(run);
            const bool first = started.continued_execution_run_id().empty();
            if (!started.has_parent_workflow_execution() || !first) continue;
            const std::string& parent = started.parent_workflow_execution().run_id();
            const int count = ++begun[{parent, started.parent_initiated_event_id()}];
            demand(count == 1, "I18", run, "a child was started twice");
            demand(find(parent) != nullptr, "I18", run, "a child without a parent");
        }
    }

    // I2: a signal between workflows arrives where its sender says, and once in a run.
    void check_external_signals(const ObservedRun& run) {
        for (const HistoryEvent& event : run.history.events()) {
            if (!event.has_external_workflow_execution_signaled_event_attributes()) continue;
            const auto& sent = event.external_workflow_execution_signaled_event_attributes();
            const std::string request_id = workflow::external_request_id(
                {"", run.workflow_id, run.run_id}, sent.initiated_event_id());
            demand(arrivals(sent.workflow_execution().workflow_id(), request_id) >= 1, "I1", run,
                   "a signal to another workflow is lost");
        }
        std::set<std::string> seen;
        for (const HistoryEvent& event : run.history.events()) {
            if (!event.has_workflow_execution_signaled_event_attributes()) continue;
            const auto& signal = event.workflow_execution_signaled_event_attributes();
            demand(seen.insert(signal.request_id()).second, "I2", run,
                   "signal " + signal.request_id() + " was applied twice");
        }
    }
    int arrivals(const std::string& workflow_id, const std::string& request_id) {
        int count = 0;
        for (const ObservedRun* run : workflows_[workflow_id]) {
            for (const HistoryEvent& event : run->history.events()) {
                count +=
                    event.workflow_execution_signaled_event_attributes().request_id() == request_id;
            }
        }
        return count;
    }

    // I19: a chain goes on where it says, at once.
    void check_succession(const ObservedRun& run) {
        const std::string successor = successor_of(run);
        if (successor.empty()) return;
        const ObservedRun* next = find(successor);
        demand(next != nullptr, "I19", run, "the next run is not there");
        if (!next || next->history.events().empty()) return;
        const auto& started = started_of(*next);
        demand(started.continued_execution_run_id() == run.run_id, "I19", *next,
               "does not continue the run before it");
        demand(started.first_execution_run_id() == started_of(run).first_execution_run_id(), "I19",
               *next, "is of another chain");
    }

    // I6: one open run per workflow id.
    void check_one_at_a_time(const std::vector<const ObservedRun*>& runs) {
        for (std::size_t index = 1; index < runs.size(); ++index) {
            demand(time_of(close_event(*runs[index - 1])) <= time_of(first_event(*runs[index])),
                   "I6", *runs[index], "began while another run was open");
        }
    }

    const Observed& observed_;
    std::map<std::string, const ObservedRun*> by_id_;
    std::map<std::string, std::vector<const ObservedRun*>> chains_;     // by first run
    std::map<std::string, std::vector<const ObservedRun*>> workflows_;  // by workflow id
    std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> violations(const Observed& observed) { return Checker(observed).check(); }

}  // namespace server::sim
