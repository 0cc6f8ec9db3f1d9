#include "server/frontend/validation/poll.h"

#include "server/frontend/validation/not_built.h"

namespace server::frontend {

Status check_poll_deadline(const rpc::CallContext& context, TimePoint now, const Limits& limits) {
    if (context.deadline == kNever) {
        return invalid_argument("Context timeout is not set: a poll needs a deadline.");
    }
    if (context.deadline >= saturating_add(now, limits.poll_deadline_min)) return {};
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(limits.poll_deadline_min).count();
    return failed_precondition("Context timeout is too short: a poll needs at least " +
                               std::to_string(seconds) + " s.");
}

Status check_poll_versioning(
    std::string_view method,
    const ::temporal::api::deployment::v1::WorkerDeploymentOptions& options) {
    if (options.worker_versioning_mode() !=
        temporal::api::enums::v1::WORKER_VERSIONING_MODE_VERSIONED) {
        return {};
    }
    return not_built(method, "worker_versioning_mode VERSIONED");
}

}  // namespace server::frontend
