#include "server/workflow/backoff/retry.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

namespace server::workflow {

namespace {

bool listed(const common::RetryPolicy& policy, std::string_view type) {
    const auto& types = policy.non_retryable_error_types();
    return std::find(types.begin(), types.end(), type) != types.end();
}

const google::protobuf::Duration* explicit_delay(const failure::Failure& failure) {
    const bool given = failure.has_application_failure_info() &&
                       failure.application_failure_info().has_next_retry_delay();
    return given ? &failure.application_failure_info().next_retry_delay() : nullptr;
}

// No interval when the exponential overflows and the policy has no maximum.
std::optional<Duration> backoff(const RetryQuestion& question) {
    const std::int64_t longest = nanos_of(question.policy.maximum_interval());
    if (const auto* delay = explicit_delay(question.failure)) {
        const std::int64_t given = nanos_of(*delay);
        const bool cut = question.cap_explicit_delay && longest > 0 && given > longest;
        return Duration{cut ? longest : given};
    }
    const double initial = static_cast<double>(nanos_of(question.policy.initial_interval()));
    const double exact =
        initial * std::pow(question.policy.backoff_coefficient(), question.attempt - 1);
    constexpr double kOverflow = 9.2e18;
    const bool overflow = !(exact < kOverflow);
    if (longest == 0) {
        if (overflow) return std::nullopt;
        return Duration{static_cast<std::int64_t>(exact)};
    }
    if (overflow || exact <= 0 || exact > static_cast<double>(longest)) return Duration{longest};
    return Duration{static_cast<std::int64_t>(exact)};
}

}  // namespace

bool is_retryable(const common::RetryPolicy& policy, const failure::Failure& failure) {
    if (failure.has_terminated_failure_info() || failure.has_canceled_failure_info()) return false;
    if (failure.has_timeout_failure_info()) {
        switch (failure.timeout_failure_info().timeout_type()) {
        case enums::TIMEOUT_TYPE_START_TO_CLOSE:
            return !listed(policy, "TemporalTimeout:StartToClose");
        case enums::TIMEOUT_TYPE_HEARTBEAT: return !listed(policy, "TemporalTimeout:Heartbeat");
        default: return false;
        }
    }
    if (failure.has_server_failure_info()) return !failure.server_failure_info().non_retryable();
    if (failure.has_application_failure_info()) {
        const auto& info = failure.application_failure_info();
        return !info.non_retryable() && !listed(policy, info.type());
    }
    return true;
}

RetryVerdict judge_retry(const RetryQuestion& question) {
    if (!is_retryable(question.policy, question.failure)) {
        return {enums::RETRY_STATE_NON_RETRYABLE_FAILURE, {}};
    }
    const std::int32_t attempts_max = question.policy.maximum_attempts();
    if (attempts_max > 0 && question.attempt >= attempts_max) {
        return {enums::RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED, {}};
    }
    const std::optional<Duration> interval = backoff(question);
    if (!interval || saturating_add(question.now, *interval) > question.expiration) {
        return {enums::RETRY_STATE_TIMEOUT, {}};
    }
    return {enums::RETRY_STATE_IN_PROGRESS, *interval};
}

void complete_retry_policy(common::RetryPolicy& policy) {
    if (nanos_of(policy.initial_interval()) == 0) {
        policy.mutable_initial_interval()->set_seconds(1);
    }
    // As every reader takes it: nanoseconds below a second, at most a century.
    *policy.mutable_initial_interval() = to_duration(nanos_of(policy.initial_interval()));
    if (policy.backoff_coefficient() == 0) policy.set_backoff_coefficient(2.0);
    if (nanos_of(policy.maximum_interval()) == 0) {
        // nanos_of() is at most a century, so this cannot overflow.
        constexpr std::int64_t kLongest = std::int64_t{100} * 365 * 24 * 3600 * 1'000'000'000;
        const std::int64_t initial = nanos_of(policy.initial_interval());
        *policy.mutable_maximum_interval() =
            to_duration(initial > kLongest / 100 ? kLongest : 100 * initial);
    }
    *policy.mutable_maximum_interval() = to_duration(nanos_of(policy.maximum_interval()));
}

Status validate_retry_policy(const common::RetryPolicy& policy) {
    if (policy.maximum_attempts() == 1) return {};  // no retry, so the rest does not matter
    const auto number = [](double value) { return std::to_string(value); };
    if (nanos_of(policy.initial_interval()) < 0) {
        return invalid_argument("InitialInterval cannot be negative on retry policy.");
    }
    const bool grows = policy.backoff_coefficient() >= 1;  // NaN does not
    if (!grows && policy.backoff_coefficient() != 0) {
        return invalid_argument("BackoffCoefficient cannot be less than 1 on retry policy, got " +
                                number(policy.backoff_coefficient()));
    }
    if (nanos_of(policy.maximum_interval()) < 0) {
        return invalid_argument("MaximumInterval cannot be negative on retry policy.");
    }
    const bool shorter = nanos_of(policy.maximum_interval()) > 0 &&
                         nanos_of(policy.maximum_interval()) < nanos_of(policy.initial_interval());
    if (shorter) {
        return invalid_argument(
            "MaximumInterval cannot be less than InitialInterval on retry policy.");
    }
    if (policy.maximum_attempts() < 0) {
        return invalid_argument("MaximumAttempts cannot be negative on retry policy, got " +
                                std::to_string(policy.maximum_attempts()));
    }
    return {};
}

}  // namespace server::workflow
