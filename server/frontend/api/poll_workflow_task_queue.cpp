#include "server/frontend/api/methods.h"
#include "server/frontend/validation/ids.h"
#include "server/frontend/validation/poll.h"
#include "server/frontend/validation/task_queue.h"

namespace server::frontend {

namespace {

using WorkflowPoll = api::PollWorkflowTaskQueueRequest;

// The deprecated field is how older SDKs name their build.
std::string binary_of(const WorkflowPoll& request) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    return request.binary_checksum();
#pragma GCC diagnostic pop
}

Status check_workflow_poll(const cluster::NamespaceEntry& entry, WorkflowPoll& request,
                           const Limits& limits) {
    TRY(check_length("Identity", request.identity(), limits.id_bytes_max));
    TRY(check_polled_task_queue(request.has_task_queue(), *request.mutable_task_queue(), limits));
    TRY(check_poll_versioning("PollWorkflowTaskQueue", request.deployment_options()));
    const std::string binary = binary_of(request);
    TRY(check_length("BinaryChecksum", binary, limits.id_bytes_max));
    if (!entry.stored.config().bad_binaries().binaries().contains(binary)) return {};
    return invalid_argument("binary " + binary + " already marked as bad deployment");
}

}  // namespace

Async<Result<api::PollWorkflowTaskQueueResponse>> poll_workflow_task_queue(Frontend& frontend,
                                                                           Call call,
                                                                           WorkflowPoll request) {
    CO_TRY(check_poll_deadline(call.context, frontend.clock().now(), frontend.limits()));
    CO_TRY(check_workflow_poll(*call.entry, request, frontend.limits()));
    role::v1::PollWorkflowTaskQueueRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    CO_TRY_ASSIGN(role::v1::PollWorkflowTaskQueueResponse polled,
                  co_await frontend.matching().poll_workflow_task_queue(std::move(call.context),
                                                                        std::move(forwarded)));
    co_return std::move(*polled.mutable_response());
}

}  // namespace server::frontend
