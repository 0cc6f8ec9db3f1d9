#include "bench/verdict.h"

#include <algorithm>
#include <utility>

namespace server::bench {

namespace {

namespace enums = driver::enums;
using driver::HistoryEvent;
using driver::RunHistory;

constexpr std::size_t kProblemsMax = 20;

std::int64_t count_of(const RunHistory& run, enums::EventType type) {
    return std::count_if(run.events.begin(), run.events.end(),
                         [&](const HistoryEvent& event) { return event.event_type() == type; });
}

// How many events of a kind one run has when it has done its work once.
std::vector<std::pair<enums::EventType, int>> expected_of(const Shape& shape) {
    return {{enums::EVENT_TYPE_ACTIVITY_TASK_COMPLETED, shape.activity_count()},
            {enums::EVENT_TYPE_TIMER_FIRED, shape.timer_count()},
            {enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED, shape.child_count()},
            {enums::EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED, shape.signal_count()},
            {enums::EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED, shape.updates}};
}

bool closed_by(const RunHistory& run, enums::EventType type) {
    return !run.events.empty() && run.events.back().event_type() == type;
}

}  // namespace

void Verdict::judge(const std::vector<RunHistory>& chain, const Shape& shape) {
    const std::string id = chain.front().run.workflow_id;
    for (const driver::Check& check : driver::check_histories(chain, false)) {
        for (const std::string& text : check.violations) problem(check.sentence + ": " + text);
    }
    bool missing = false;
    bool again = chain.size() > static_cast<std::size_t>(shape.runs);
    for (const RunHistory& run : chain) {
        for (const auto& [type, expected] : expected_of(shape)) {
            const std::int64_t found = count_of(run, type);
            missing = missing || found < expected;
            again = again || found > expected;
            if (found == expected) continue;
            problem(id + ": " + std::to_string(found) + " times " + enums::EventType_Name(type) +
                    ", not " + std::to_string(expected));
        }
        const bool last = &run == &chain.back();
        const auto end = last ? enums::EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED
                              : enums::EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW;
        if (closed_by(run, end)) continue;
        missing = true;
        problem(id + " run " + run.run.run_id + " has not ended as it should");
    }
    missing = missing || chain.size() < static_cast<std::size_t>(shape.runs);
    if (again) ++doubled_;
    if (missing) {
        ++lost_;
    } else {
        ++completed_;
    }
}

void Verdict::unreadable(const std::string& workflow_id, const Status& status) {
    ++lost_;
    problem(workflow_id + " has no history: " + status.message());
}

void Verdict::compare_counts(std::int64_t counted, std::int64_t expected) {
    if (counted == expected) return;
    problem("the server counts " + std::to_string(counted) + " completed workflows, not " +
            std::to_string(expected));
    const auto difference = static_cast<std::size_t>(std::abs(counted - expected));
    // What is missing in the count is most likely missing in the histories too.
    if (counted < expected) lost_ = std::max(lost_, difference);
    if (counted > expected) doubled_ += difference;
}

void Verdict::problem(std::string text) {
    if (problems_.size() < kProblemsMax) problems_.push_back(std::move(text));
}

}  // namespace server::bench
