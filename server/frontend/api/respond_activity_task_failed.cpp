#include "server/frontend/api/methods.h"
#include "server/frontend/validation/failures.h"
#include "server/frontend/validation/ids.h"

namespace server::frontend {

namespace {

using FailedRequest = api::RespondActivityTaskFailedRequest;
using FailedResponse = api::RespondActivityTaskFailedResponse;
using ::temporal::api::failure::v1::Failure;

Status check_activity_failure(const FailedRequest& request, const Limits& limits) {
    TRY(check_length("Identity", request.identity(), limits.id_bytes_max));
    if (!request.has_failure() || request.failure().has_application_failure_info()) return {};
    return invalid_argument("Failure must have ApplicationFailureInfo.");
}

// Cuts what is too large and returns what the worker has to know about it.
std::vector<Failure> cut_activity_failure(FailedRequest& request, const Limits& limits) {
    std::vector<Failure> cuts;
    if (request.failure().ByteSizeLong() > limits.blob_bytes_max) {
        Failure failure = server_failure(kFailureTooLarge, true);
        *failure.mutable_cause() = truncated(request.failure(), limits.failure_kept_bytes_max);
        *request.mutable_failure() = failure;
        cuts.push_back(std::move(failure));
    }
    if (request.last_heartbeat_details().ByteSizeLong() > limits.blob_bytes_max) {
        request.clear_last_heartbeat_details();
        cuts.push_back(server_failure(kHeartbeatTooLarge, true));
    }
    return cuts;
}

}  // namespace

Async<Result<FailedResponse>> respond_activity_task_failed(Frontend& frontend, Call call,
                                                           FailedRequest request) {
    CO_TRY(check_activity_failure(request, frontend.limits()));
    std::vector<Failure> cuts = cut_activity_failure(request, frontend.limits());
    role::v1::RespondActivityFailedRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    CO_TRY_ASSIGN(FailedResponse response, co_await frontend.history().respond_activity_failed(
                                               std::move(call.context), std::move(forwarded)));
    for (auto& cut : cuts) *response.add_failures() = std::move(cut);
    co_return response;
}

}  // namespace server::frontend
