#include "tests/rpc/edge.h"

#include <stdexcept>

#include "server/runtime/alarm.h"

namespace server::tests {

namespace {

using DescribeResult = Result<api::DescribeNamespaceResponse>;

Async<DescribeResult> answer_describe(const Edge::Answer& answer, rpc::CallContext context,
                                      api::DescribeNamespaceRequest request) {
    co_return answer(std::move(context), std::move(request));
}

void wait_for_promise(std::promise<void>& promise, const char* what) {
    auto ready = promise.get_future();
    if (ready.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
        throw std::runtime_error(what);
    }
}

}  // namespace

void Edge::on_describe(Answer answer) {
    workflow_service.add<api::DescribeNamespaceRequest, api::DescribeNamespaceResponse>(
        "DescribeNamespace", [answer = std::move(answer)](rpc::CallContext context,
                                                          api::DescribeNamespaceRequest request) {
            return answer_describe(answer, std::move(context), std::move(request));
        });
}

void Edge::start(rpc::TransportLimits limits) {
    rpc::GrpcServer::Options options;
    options.address = "127.0.0.1:0";
    options.services = {&workflow_service, &operator_service};
    options.limits = limits;
    auto started = rpc::GrpcServer::start(std::move(options), *lanes, clock);
    if (!started.ok()) throw std::runtime_error(started.status().message());
    server = std::move(started).value();
    client = std::make_unique<RawClient>(server->port());
}

Poll::Poll(Edge& edge) : edge_(edge) {
    edge.workflow_service
        .add<api::PollWorkflowTaskQueueRequest, api::PollWorkflowTaskQueueResponse>(
            "PollWorkflowTaskQueue",
            [this](rpc::CallContext context, api::PollWorkflowTaskQueueRequest) {
                return run(*this, std::move(context));
            });
}

Async<Result<api::PollWorkflowTaskQueueResponse>> Poll::run(Poll& poll, rpc::CallContext context) {
    poll.context_ = context;
    Lane* lane = nullptr;
    for (std::size_t index = 0; index < poll.edge_.lanes->size(); ++index) {
        Lane& candidate = poll.edge_.lanes->for_key(index);
        if (candidate.is_current()) lane = &candidate;
    }
    Alarm alarm(poll.edge_.clock, lane->executor());
    const auto subscription = context.cancellation->subscribe(*lane, [&alarm] { alarm.wake(); });
    poll.started_.set_value();
    co_await alarm.wait_until(kNever);
    poll.ended_.set_value();
    co_return api::PollWorkflowTaskQueueResponse();
}

void Poll::wait_started() { wait_for_promise(started_, "the handler did not start"); }
void Poll::wait_ended() { wait_for_promise(ended_, "the handler did not end"); }

}  // namespace server::tests
