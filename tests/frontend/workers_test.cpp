#include "tests/frontend/world.h"
#include "tests/support/catch.h"

using namespace server;
using namespace server::tests;

namespace {

api::PollWorkflowTaskQueueRequest workflow_poll() {
    api::PollWorkflowTaskQueueRequest request;
    request.set_namespace_("orders");
    request.mutable_task_queue()->set_name("orders");
    request.set_identity("worker-1");
    return request;
}

Status poll(FrontendWorld& world, const api::PollWorkflowTaskQueueRequest& request,
            TimePoint deadline) {
    rpc::CallContext context;
    context.deadline = deadline;
    return world.call<api::PollWorkflowTaskQueueResponse>("PollWorkflowTaskQueue", request, context)
        .status();
}

// Sets the token of a request that names an activity of the namespace "orders".
template <class Request>
Request about_activity(const FrontendWorld& world) {
    Request request;
    request.set_namespace_("orders");
    request.set_task_token(world.task_token());
    return request;
}

template <class Request>
Request by_id() {
    Request request;
    request.set_namespace_("orders");
    request.set_workflow_id("order-17");
    request.set_run_id(kRun);
    request.set_activity_id("charge");
    return request;
}

state::v1::TaskToken token_in(const std::string& bytes) {
    state::v1::TaskToken token;
    REQUIRE(token.ParseFromString(bytes));
    return token;
}

void check_names_activity(const FrontendWorld& world, const std::string& token_bytes) {
    const auto token = token_in(token_bytes);
    CHECK(token.namespace_id() == world.namespace_id);
    CHECK(token.workflow_id() == "order-17");
    CHECK(token.run_id() == kRun);
    CHECK(token.activity_id() == "charge");
    CHECK(token.scheduled_event_id() == 0);
}

const api::RespondActivityTaskFailedRequest& failed_activity(const FrontendWorld& world) {
    return world.history.last<role::v1::RespondActivityFailedRequest>().request();
}

}  // namespace

TEST_CASE("trap: a poll needs a deadline that leaves time to wait", "[frontend][poll]") {
    FrontendWorld world;
    const TimePoint now = world.clock.now();
    CHECK(poll(world, workflow_poll(), now + 70s).ok());
    CHECK(poll(world, workflow_poll(), now + 2s).ok());
    CHECK(poll(world, workflow_poll(), now + 1999ms).code() == Code::FailedPrecondition);
    CHECK(poll(world, workflow_poll(), kNever).code() == Code::InvalidArgument);
    CHECK(world.matching.calls.size() == 2);
}

TEST_CASE("a poll reaches matching with its deadline and its caller's absence",
          "[frontend][poll]") {
    FrontendWorld world;
    const TimePoint deadline = world.clock.now() + 70s;
    REQUIRE(poll(world, workflow_poll(), deadline).ok());
    CHECK(world.matching.calls.back().context.deadline == deadline);
    const auto& seen = world.matching.last<role::v1::PollWorkflowTaskQueueRequest>();
    CHECK(seen.namespace_id() == world.namespace_id);
    CHECK(seen.request().identity() == "worker-1");
    CHECK(seen.request().task_queue().kind() == enums::TASK_QUEUE_KIND_NORMAL);
}

TEST_CASE("trap: an empty poll is a success", "[frontend][poll]") {
    FrontendWorld world;
    const auto answer =
        world.call<api::PollWorkflowTaskQueueResponse>("PollWorkflowTaskQueue", workflow_poll());
    REQUIRE(answer.ok());
    CHECK(answer->task_token().empty());
}

TEST_CASE("a worker that wants to be routed by version hears that this is not built",
          "[frontend][poll]") {
    FrontendWorld world;
    auto request = workflow_poll();
    request.mutable_deployment_options()->set_worker_versioning_mode(
        enums::WORKER_VERSIONING_MODE_VERSIONED);
    CHECK(poll(world, request, world.clock.now() + 70s).code() == Code::Unimplemented);
    request.mutable_deployment_options()->set_worker_versioning_mode(
        enums::WORKER_VERSIONING_MODE_UNVERSIONED);
    CHECK(poll(world, request, world.clock.now() + 70s).ok());
}

TEST_CASE("a binary that was marked bad gets no tasks", "[frontend][poll]") {
    FrontendWorld world;
    api::UpdateNamespaceRequest update;
    update.set_namespace_("orders");
    auto& binaries = *update.mutable_config()->mutable_bad_binaries()->mutable_binaries();
    binaries["broken-build"].set_reason("loses money");
    REQUIRE(world.call<api::UpdateNamespaceResponse>("UpdateNamespace", update).ok());
    auto request = workflow_poll();
    const auto* field = request.GetDescriptor()->FindFieldByName("binary_checksum");
    request.GetReflection()->SetString(&request, field, "broken-build");
    const auto status = poll(world, request, world.clock.now() + 70s);
    CHECK(status.code() == Code::InvalidArgument);
    CHECK(status.message() == "binary broken-build already marked as bad deployment");
}

TEST_CASE("pages of a completion are refused until they are built", "[frontend][respond]") {
    FrontendWorld world;
    auto request = about_activity<api::RespondWorkflowTaskCompletedRequest>(world);
    request.set_intermediate_page(true);
    CHECK(world
              .call<api::RespondWorkflowTaskCompletedResponse>("RespondWorkflowTaskCompleted",
                                                               request)
              .status()
              .code() == Code::FailedPrecondition);
}

TEST_CASE("a failure too large for a workflow task is cut under one that says so",
          "[frontend][respond]") {
    FrontendWorld world;
    auto request = about_activity<api::RespondWorkflowTaskFailedRequest>(world);
    request.mutable_failure()->set_message("root cause");
    request.mutable_failure()->set_stack_trace(std::string(3 << 20, 's'));
    REQUIRE(world.call<api::RespondWorkflowTaskFailedResponse>("RespondWorkflowTaskFailed", request)
                .ok());
    const auto& failure =
        world.history.last<role::v1::RespondWorkflowTaskFailedRequest>().request().failure();
    CHECK(failure.message() == "Failure exceeds size limit.");
    CHECK(failure.server_failure_info().non_retryable());
    CHECK(failure.cause().message() == "root cause");
    CHECK(failure.cause().ByteSizeLong() < 5000);
}

TEST_CASE("an activity result that is too large fails the activity for good",
          "[frontend][activity]") {
    FrontendWorld world;
    auto request = about_activity<api::RespondActivityTaskCompletedRequest>(world);
    *request.mutable_result()->add_payloads() = payload_of(2 << 20);
    REQUIRE(world
                .call<api::RespondActivityTaskCompletedResponse>("RespondActivityTaskCompleted",
                                                                 request)
                .ok());
    CHECK(failed_activity(world).failure().message() == "Complete result exceeds size limit.");
    CHECK(failed_activity(world).failure().server_failure_info().non_retryable());
    CHECK(failed_activity(world).task_token() == world.task_token());
}

TEST_CASE("heartbeat details that are too large fail the activity and cancel the worker's",
          "[frontend][activity]") {
    FrontendWorld world;
    auto request = about_activity<api::RecordActivityTaskHeartbeatRequest>(world);
    *request.mutable_details()->add_payloads() = payload_of(2 << 20);
    const auto answer = world.call<api::RecordActivityTaskHeartbeatResponse>(
        "RecordActivityTaskHeartbeat", request);
    REQUIRE(answer.ok());
    CHECK(answer->cancel_requested());
    CHECK(failed_activity(world).failure().message() == "Heartbeat details exceed size limit.");
}

TEST_CASE("a large activity failure is cut and the worker hears of it", "[frontend][activity]") {
    FrontendWorld world;
    auto request = about_activity<api::RespondActivityTaskFailedRequest>(world);
    request.mutable_failure()->set_message("root cause");
    request.mutable_failure()->mutable_application_failure_info()->set_type("Declined");
    request.mutable_failure()->set_stack_trace(std::string(3 << 20, 's'));
    const auto answer =
        world.call<api::RespondActivityTaskFailedResponse>("RespondActivityTaskFailed", request);
    REQUIRE(answer.ok());
    REQUIRE(answer->failures_size() == 1);
    CHECK(answer->failures(0).message() == "Failure exceeds size limit.");
    const auto& kept = failed_activity(world).failure();
    CHECK(kept.cause().message() == "root cause");
    CHECK(kept.cause().application_failure_info().type() == "Declined");
}

TEST_CASE("an activity fails with an application failure only", "[frontend][activity]") {
    FrontendWorld world;
    auto request = about_activity<api::RespondActivityTaskFailedRequest>(world);
    request.mutable_failure()->mutable_timeout_failure_info();
    const std::string method = "RespondActivityTaskFailed";
    const auto status =
        world.call<api::RespondActivityTaskFailedResponse>(method, request).status();
    CHECK(status.code() == Code::InvalidArgument);
    CHECK(status.message() == "Failure must have ApplicationFailureInfo.");
}

TEST_CASE("the four forms by id end in the same calls as those by token", "[frontend][activity]") {
    FrontendWorld world;
    SECTION("completed") {
        auto request = by_id<api::RespondActivityTaskCompletedByIdRequest>();
        *request.mutable_result()->add_payloads() = payload_of(3);
        REQUIRE(world
                    .call<api::RespondActivityTaskCompletedByIdResponse>(
                        "RespondActivityTaskCompletedById", request)
                    .ok());
        const auto& seen =
            world.history.last<role::v1::RespondActivityCompletedRequest>().request();
        check_names_activity(world, seen.task_token());
        CHECK(seen.result().payloads(0).data() == "xxx");
    }
    SECTION("failed") {
        auto request = by_id<api::RespondActivityTaskFailedByIdRequest>();
        request.mutable_failure()->mutable_application_failure_info()->set_type("Declined");
        REQUIRE(world
                    .call<api::RespondActivityTaskFailedByIdResponse>(
                        "RespondActivityTaskFailedById", request)
                    .ok());
        check_names_activity(world, failed_activity(world).task_token());
        CHECK(failed_activity(world).failure().application_failure_info().type() == "Declined");
    }
    SECTION("canceled") {
        REQUIRE(world
                    .call<api::RespondActivityTaskCanceledByIdResponse>(
                        "RespondActivityTaskCanceledById",
                        by_id<api::RespondActivityTaskCanceledByIdRequest>())
                    .ok());
        check_names_activity(
            world,
            world.history.last<role::v1::RespondActivityCanceledRequest>().request().task_token());
    }
    SECTION("heartbeat") {
        REQUIRE(world
                    .call<api::RecordActivityTaskHeartbeatByIdResponse>(
                        "RecordActivityTaskHeartbeatById",
                        by_id<api::RecordActivityTaskHeartbeatByIdRequest>())
                    .ok());
        check_names_activity(
            world,
            world.history.last<role::v1::RecordActivityHeartbeatRequest>().request().task_token());
    }
}

TEST_CASE("an activity by id needs a workflow and an activity id", "[frontend][activity]") {
    FrontendWorld world;
    auto request = by_id<api::RespondActivityTaskCompletedByIdRequest>();
    using Response = api::RespondActivityTaskCompletedByIdResponse;
    const std::string method = "RespondActivityTaskCompletedById";
    request.clear_activity_id();
    CHECK(world.call<Response>(method, request).status().message() ==
          "ActivityId is not set on request.");
    request.clear_workflow_id();
    CHECK(world.call<Response>(method, request).status().code() == Code::Unimplemented);
}

TEST_CASE("an answer to a query goes to matching, a large one as a failure", "[frontend][query]") {
    FrontendWorld world;
    state::v1::QueryToken token;
    token.set_namespace_id(world.namespace_id);
    token.set_task_queue("orders");
    token.set_query_id("q-1");
    api::RespondQueryTaskCompletedRequest request;
    request.set_namespace_("orders");
    request.set_task_token(token.SerializeAsString());
    request.set_completed_type(enums::QUERY_RESULT_TYPE_ANSWERED);
    *request.mutable_query_result()->add_payloads() = payload_of(2 << 20);
    using Response = api::RespondQueryTaskCompletedResponse;
    REQUIRE(world.call<Response>("RespondQueryTaskCompleted", request).ok());
    const auto& seen = world.matching.last<role::v1::RespondQueryTaskCompletedRequest>().request();
    CHECK(seen.completed_type() == enums::QUERY_RESULT_TYPE_FAILED);
    CHECK_FALSE(seen.has_query_result());
    CHECK_THAT(seen.error_message(), Catch::StartsWith("Blob data size exceeds limit."));
}

TEST_CASE("an answer to a query that comes with a completion and is too large fails that query",
          "[frontend][query]") {
    FrontendWorld world;
    auto request = about_activity<api::RespondWorkflowTaskCompletedRequest>(world);
    auto& results = *request.mutable_query_results();
    results["large"].set_result_type(enums::QUERY_RESULT_TYPE_ANSWERED);
    *results["large"].mutable_answer()->add_payloads() = payload_of(2 << 20);
    results["small"].set_result_type(enums::QUERY_RESULT_TYPE_ANSWERED);
    *results["small"].mutable_answer()->add_payloads() = payload_of(3);
    using Response = api::RespondWorkflowTaskCompletedResponse;
    REQUIRE(world.call<Response>("RespondWorkflowTaskCompleted", request).ok());
    const auto& seen =
        world.history.last<role::v1::RespondWorkflowTaskCompletedRequest>().request();
    const auto& large = seen.query_results().at("large");
    CHECK(large.result_type() == enums::QUERY_RESULT_TYPE_FAILED);
    CHECK_FALSE(large.has_answer());
    CHECK_THAT(large.error_message(), Catch::StartsWith("Blob data size exceeds limit."));
    CHECK(seen.query_results().at("small").answer().payloads(0).data() == "xxx");
}

TEST_CASE("a worker that shuts down is passed on to matching", "[frontend][poll]") {
    FrontendWorld world;
    api::ShutdownWorkerRequest request;
    request.set_namespace_("orders");
    request.set_sticky_task_queue("sticky-1");
    REQUIRE(world.call<api::ShutdownWorkerResponse>("ShutdownWorker", request).ok());
    CHECK(world.matching.last<role::v1::ShutdownWorkerRequest>().request().sticky_task_queue() ==
          "sticky-1");
}

TEST_CASE("a task queue has one partition of each type", "[frontend][task_queue]") {
    FrontendWorld world;
    api::ListTaskQueuePartitionsRequest request;
    request.set_namespace_("orders");
    request.mutable_task_queue()->set_name("orders");
    const auto answer =
        world.call<api::ListTaskQueuePartitionsResponse>("ListTaskQueuePartitions", request);
    REQUIRE(answer.ok());
    REQUIRE(answer->workflow_task_queue_partitions_size() == 1);
    CHECK(answer->workflow_task_queue_partitions(0).key() == "orders");
    CHECK(answer->activity_task_queue_partitions_size() == 1);
}
