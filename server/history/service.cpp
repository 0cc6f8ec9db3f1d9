#include "server/history/service.h"

#include <boost/asio/dispatch.hpp>

#include "server/base/fingerprint32.h"
#include "server/base/mutant.h"
#include "server/history/api/api.h"
#include "server/rpc/workflow_target.h"

namespace server::history {

namespace {

// A refusal writes nothing, so the fence does not stop one that comes from what another owner has
// changed: "no such task" loses the task for good. Nor does a query, whose answer
// must know every signal that was acknowledged before.
template <class Response>
bool must_be_confirmed(const Result<Response>& answer) {
    switch (answer.status().code()) {
    case Code::Ok: return std::is_same_v<Response, rpc::api::QueryWorkflowResponse>;
    case Code::NotFound:
    case Code::AlreadyExists:
    case Code::FailedPrecondition: return !mutant("refused_by_stale_owner");
    default: return false;
    }
}

// Runs one call of api/ on the lane of its shard, which lives until the call has ended.
template <class Response>
Async<Result<Response>> run_in(Shard& shard, Async<Result<Response>> call) {
    const Background::Ticket ticket = shard.ticket();
    CO_TRY(shard.ready());
    const std::uint64_t epoch = shard.epoch();
    Result<Response> answer = co_await std::move(call);
    if (must_be_confirmed(answer)) CO_TRY(co_await shard.confirm_owned(epoch));
    co_return answer;
}

template <class Response>
Async<Result<Response>> measured(telemetry::OperationMetrics& operation, Shard& shard,
                                 Async<Result<Response>> work) {
    telemetry::MeasuredCall measure(operation, shard.clock().now());
    auto result = co_await on(shard.lane(), std::move(work));
    measure.end(shard.clock().now(), result.status());
    co_return result;
}

template <class Request>
telemetry::OperationMetrics& operation_of(Service& service) {
    return service.metrics().call(Request::descriptor()->full_name());
}

// For calls whose task token names the workflow.
template <class Response, class Request>
Async<Result<Response>> call_by_token(Service& service,
                                      Async<Result<Response>> (*handler)(Shard&, rpc::CallContext,
                                                                         state::v1::TaskToken,
                                                                         Request),
                                      rpc::CallContext context, Request request) {
    CO_TRY_ASSIGN(state::v1::TaskToken token,
                  rpc::decode_task_token(request.request().task_token(), request.namespace_id()));
    Shard& shard = service.shard_of_workflow(token.namespace_id(), token.workflow_id());
    auto work =
        run_in(shard, handler(shard, std::move(context), std::move(token), std::move(request)));
    co_return co_await measured(operation_of<Request>(service), shard, std::move(work));
}

template <class Response, class Request>
Async<Result<Response>> call_by_id(Service& service,
                                   Async<Result<Response>> (*handler)(Shard&, rpc::CallContext,
                                                                      Request),
                                   rpc::CallContext context, Request request) {
    CO_TRY_ASSIGN(const rpc::WorkflowTarget target, rpc::target_of(request));
    Shard& shard = service.shard_of_workflow(target.namespace_id, target.workflow_id);
    auto work = run_in(shard, handler(shard, std::move(context), std::move(request)));
    co_return co_await measured(operation_of<Request>(service), shard, std::move(work));
}

std::size_t shards_of(const Options& options) {
    ASSERT(options.shard_count > 0, "the history role needs at least one shard");
    return static_cast<std::size_t>(options.shard_count);
}

}  // namespace

Service::Service(const Collaborators& collaborators, Options options)
    : metrics_(collaborators.registry ? *collaborators.registry : own_registry_),
      options_(std::move(options)),
      lanes_(collaborators.lanes), budgets_{
                                       {options_.cached_run_bytes_max, shards_of(options_)},
                                       {options_.cached_current_runs_max, shards_of(options_)}} {
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
        lane_options_.push_back(std::make_shared<Options>(options_));
    }
    Collaborators measured = collaborators;
    measured.metrics = &metrics_;
    for (std::int32_t number = 1; number <= options_.shard_count; ++number) {
        const Options& followed = *lane_options_[static_cast<std::size_t>(number) % lanes_.size()];
        shards_.push_back(std::make_unique<Shard>(ShardId{number}, measured, followed, budgets_));
    }
}

Service::~Service() = default;

void Service::connect(rpc::Matching& matching, rpc::History& routed) {
    for (auto& shard : shards_) shard->connect(matching, routed);
}

void Service::reconfigure(Options options) {
    if (mutant("options_not_applied")) return;
    options.shard_count = options_.shard_count;
    options.owner = options_.owner;
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
        lanes_.for_key(lane).post(
            [followed = lane_options_[lane], options] { *followed = options; });
    }
}

Async<Status> Service::start() {
    for (auto& shard : shards_) CO_TRY(co_await on(shard->lane(), shard->start()));
    co_return ok_status();
}

void Service::assign(const cluster::Ring& ring, const std::string& address) {
    for (auto& owned_shard : shards_) {
        Shard& shard = *owned_shard;
        const bool owned = ring.find_owner(cluster::ring_key(shard.id())) == address;
        // At once where this is its lane: settled() may follow.
        boost::asio::dispatch(shard.lane().executor(), [&shard, owned] { shard.assign(owned); });
    }
}

Async<void> Service::settled() {
    for (auto& shard : shards_) co_await on(shard->lane(), shard->settled());
}

Async<void> Service::stop() {
    for (auto& shard : shards_) co_await on(shard->lane(), shard->stop());
}

Shard& Service::shard_of_workflow(const std::string& namespace_id, const std::string& workflow_id) {
    const ShardId id = shard_of(namespace_id, workflow_id, options_.shard_count);
    return *shards_[static_cast<std::size_t>(id.value - 1)];
}

Async<Result<rpc::api::StartWorkflowExecutionResponse>> Service::start_workflow(
    rpc::CallContext context, role::v1::StartWorkflowRequest request) {
    return call_by_id(*this, api::start_workflow, std::move(context), std::move(request));
}

Async<Result<rpc::api::SignalWorkflowExecutionResponse>> Service::signal_workflow(
    rpc::CallContext context, role::v1::SignalWorkflowRequest request) {
    return call_by_id(*this, api::signal_workflow, std::move(context), std::move(request));
}

Async<Result<rpc::api::RequestCancelWorkflowExecutionResponse>> Service::request_cancel_workflow(
    rpc::CallContext context, role::v1::RequestCancelWorkflowRequest request) {
    return call_by_id(*this, api::request_cancel_workflow, std::move(context), std::move(request));
}

Async<Result<rpc::api::TerminateWorkflowExecutionResponse>> Service::terminate_workflow(
    rpc::CallContext context, role::v1::TerminateWorkflowRequest request) {
    return call_by_id(*this, api::terminate_workflow, std::move(context), std::move(request));
}

Async<Result<rpc::api::DeleteWorkflowExecutionResponse>> Service::delete_workflow(
    rpc::CallContext context, role::v1::DeleteWorkflowRequest request) {
    return call_by_id(*this, api::delete_workflow, std::move(context), std::move(request));
}

Async<Result<rpc::api::DescribeWorkflowExecutionResponse>> Service::describe_workflow(
    rpc::CallContext context, role::v1::DescribeWorkflowRequest request) {
    return call_by_id(*this, api::describe_workflow, std::move(context), std::move(request));
}

Async<Result<rpc::api::GetWorkflowExecutionHistoryResponse>> Service::get_history(
    rpc::CallContext context, role::v1::GetHistoryRequest request) {
    if (request.newest_first()) {
        return call_by_id(*this, api::get_history_reverse, std::move(context), std::move(request));
    }
    return call_by_id(*this, api::get_history, std::move(context), std::move(request));
}

Async<Result<rpc::api::QueryWorkflowResponse>> Service::query_workflow(
    rpc::CallContext context, role::v1::QueryWorkflowRequest request) {
    return call_by_id(*this, api::query_workflow, std::move(context), std::move(request));
}

Async<Result<rpc::api::PollWorkflowTaskQueueResponse>> Service::record_workflow_task_started(
    rpc::CallContext context, role::v1::RecordWorkflowTaskStartedRequest request) {
    return call_by_id(*this, api::record_workflow_task_started, std::move(context),
                      std::move(request));
}

Async<Result<rpc::api::PollActivityTaskQueueResponse>> Service::record_activity_task_started(
    rpc::CallContext context, role::v1::RecordActivityTaskStartedRequest request) {
    return call_by_id(*this, api::record_activity_task_started, std::move(context),
                      std::move(request));
}

Async<Result<role::v1::ReleaseChildResponse>> Service::release_child(
    rpc::CallContext context, role::v1::ReleaseChildRequest request) {
    return call_by_id(*this, api::release_child, std::move(context), std::move(request));
}

Async<Result<role::v1::RecordChildClosedResponse>> Service::record_child_closed(
    rpc::CallContext context, role::v1::RecordChildClosedRequest request) {
    return call_by_id(*this, api::record_child_closed, std::move(context), std::move(request));
}

Async<Result<rpc::api::ResetStickyTaskQueueResponse>> Service::reset_sticky_task_queue(
    rpc::CallContext context, role::v1::ResetStickyTaskQueueRequest request) {
    return call_by_id(*this, api::reset_sticky_task_queue, std::move(context), std::move(request));
}

Async<Result<rpc::api::RespondWorkflowTaskCompletedResponse>>
Service::respond_workflow_task_completed(rpc::CallContext context,
                                         role::v1::RespondWorkflowTaskCompletedRequest request) {
    return call_by_token(*this, api::respond_workflow_task_completed, std::move(context),
                         std::move(request));
}

Async<Result<rpc::api::RespondWorkflowTaskFailedResponse>> Service::respond_workflow_task_failed(
    rpc::CallContext context, role::v1::RespondWorkflowTaskFailedRequest request) {
    return call_by_token(*this, api::respond_workflow_task_failed, std::move(context),
                         std::move(request));
}

Async<Result<rpc::api::RecordActivityTaskHeartbeatResponse>> Service::record_activity_heartbeat(
    rpc::CallContext context, role::v1::RecordActivityHeartbeatRequest request) {
    return call_by_token(*this, api::record_activity_heartbeat, std::move(context),
                         std::move(request));
}

Async<Result<rpc::api::RespondActivityTaskCompletedResponse>> Service::respond_activity_completed(
    rpc::CallContext context, role::v1::RespondActivityCompletedRequest request) {
    return call_by_token(*this, api::respond_activity_completed, std::move(context),
                         std::move(request));
}

Async<Result<rpc::api::RespondActivityTaskFailedResponse>> Service::respond_activity_failed(
    rpc::CallContext context, role::v1::RespondActivityFailedRequest request) {
    return call_by_token(*this, api::respond_activity_failed, std::move(context),
                         std::move(request));
}

Async<Result<rpc::api::RespondActivityTaskCanceledResponse>> Service::respond_activity_canceled(
    rpc::CallContext context, role::v1::RespondActivityCanceledRequest request) {
    return call_by_token(*this, api::respond_activity_canceled, std::move(context),
                         std::move(request));
}

}  // namespace server::history
