#include "server/workflow/operations/size_limits.h"

#include <algorithm>

#include "server/base/mutant.h"
#include "server/workflow/events/identity.h"
#include "server/workflow/operations/external.h"

namespace server::workflow {

namespace {

std::int64_t transition_size_bytes(const Transition& transition) {
    std::int64_t bytes = std::max<std::int64_t>(0, transition.next.items_growth_bytes());
    for (const auto& batch : transition.history) {
        bytes += static_cast<std::int64_t>(batch.events.size());
    }
    return bytes;
}

}  // namespace

std::string excess_of_start(const Transition& transition, const Limits& limits) {
    const bool large = transition_size_bytes(transition) > limits.transaction_size_bytes_max;
    return large ? "Transaction size exceeds limit." : "";
}

std::string excess_of(const MutableState& before, const Transition& transition,
                      const Limits& limits) {
    if (!before.running() || mutant("runs_grow_without_end")) return {};
    if (std::string large = excess_of_start(transition, limits); !large.empty()) return large;
    if (!transition.next.running()) return {};
    if (before.info().history_size_bytes() > limits.history_size_bytes_max) {
        return "Workflow history size exceeds limit.";
    }
    if (transition.next.next_event_id() - 1 > limits.history_count_max) {
        return "Workflow history count exceeds limit.";
    }
    if (transition.next.record_size_bytes() > limits.state_size_bytes_max) {
        return "Workflow mutable state size exceeds limit.";
    }
    return {};
}

Transition terminate_oversized(const MutableState& state, const Environment& environment,
                               const std::string& reason) {
    Draft draft(state, environment);
    TerminateRun request;
    request.reason = reason;
    request.identity = kHistoryIdentity;
    terminate_in(draft, request);
    return std::move(draft).close();
}

}  // namespace server::workflow
