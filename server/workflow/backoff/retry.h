#pragma once
// When, and whether, a failed attempt is repeated (reference events.md §3.8).

#include "server/base/status.h"
#include "server/workflow/api.h"

namespace server::workflow {

struct RetryVerdict {
    enums::RetryState state =
        enums::RETRY_STATE_UNSPECIFIED;  // IN_PROGRESS: retry after `interval`
    Duration interval{};
};

struct RetryQuestion {
    const common::RetryPolicy& policy;
    std::int32_t attempt = 1;  // that just failed
    const failure::Failure& failure;
    TimePoint now;
    TimePoint expiration = kNever;  // no attempt may begin later
    bool cap_explicit_delay =
        false;  // next_retry_delay is cut at the maximum interval (workflows, not activities)
};

RetryVerdict judge_retry(const RetryQuestion& question);

// Whether a failure of this kind may be retried at all.
bool is_retryable(const common::RetryPolicy& policy, const failure::Failure& failure);

// Fills what a policy leaves open: 1 s, coefficient 2, at most 100 × the initial interval.
void complete_retry_policy(common::RetryPolicy& policy);
// InvalidArgument naming the field and its value.
Status validate_retry_policy(const common::RetryPolicy& policy);

}  // namespace server::workflow
