// Every method of WorkflowService that serves workers, each with the faults its requests may have.

#include "tests/frontend/bad_requests.h"

namespace server::tests::bad_requests {

namespace {

template <class Request>
Request on_queue() {
    Request request;
    request.set_namespace_("orders");
    request.mutable_task_queue()->set_name("orders");
    return request;
}

template <class Request, class Response>
void add_queue_faults(Family<Request, Response>& family) {
    family.add(
        "no task queue", [](Request& r) { r.clear_task_queue(); },
        "TaskQueue is not set on request.");
    family.add(
        "a task queue without a name", [](Request& r) { r.mutable_task_queue()->clear_name(); },
        "TaskQueue is not set on request.");
    family.add_long("TaskQueue", [](Request& r) { r.mutable_task_queue()->set_name(kLong); });
    family.add_long("TaskQueue normal name",
                    [](Request& r) { r.mutable_task_queue()->set_normal_name(kLong); });
    family.add(
        "an unknown kind of task queue",
        [](Request& r) { r.mutable_task_queue()->set_kind(static_cast<enums::TaskQueueKind>(99)); },
        "TaskQueue kind 99 of orders is not one of this method's");
}

Faults polling_faults() {
    Faults all;
    using Workflow = api::PollWorkflowTaskQueueRequest;
    Family<Workflow, api::PollWorkflowTaskQueueResponse> workflow("PollWorkflowTaskQueue",
                                                                  on_queue<Workflow>());
    add_queue_faults(workflow);
    workflow.add_long("Identity", [](Workflow& r) { r.set_identity(kLong); });
    workflow.move_to(all);

    using Activity = api::PollActivityTaskQueueRequest;
    Family<Activity, api::PollActivityTaskQueueResponse> activity("PollActivityTaskQueue",
                                                                  on_queue<Activity>());
    add_queue_faults(activity);
    activity.add_long("Identity", [](Activity& r) { r.set_identity(kLong); });
    activity.move_to(all);

    using Describe = api::DescribeTaskQueueRequest;
    Family<Describe, api::DescribeTaskQueueResponse> describe("DescribeTaskQueue",
                                                              on_queue<Describe>());
    add_queue_faults(describe);
    describe.move_to(all);

    using Shutdown = api::ShutdownWorkerRequest;
    Shutdown right;
    right.set_namespace_("orders");
    Family<Shutdown, api::ShutdownWorkerResponse> shutdown("ShutdownWorker", right);
    shutdown.add_long("StickyTaskQueue", [](Shutdown& r) { r.set_sticky_task_queue(kLong); });
    shutdown.add_long("TaskQueue", [](Shutdown& r) { r.set_task_queue(kLong); });
    shutdown.add_long("Identity", [](Shutdown& r) { r.set_identity(kLong); });
    shutdown.add_long("WorkerInstanceKey", [](Shutdown& r) { r.set_worker_instance_key(kLong); });
    shutdown.move_to(all);
    return all;
}

template <class Request>
Request with_token(const FrontendWorld& world) {
    Request request;
    request.set_namespace_("orders");
    request.set_task_token(world.task_token());
    return request;
}

// Of every answer that a worker gives with a token.
template <class Request, class Response>
void add_token_faults(Family<Request, Response>& family) {
    family.add(
        "no token", [](Request& r) { r.clear_task_token(); }, "Task token not set on request.");
    family.add(
        "a token of nobody", [](Request& r) { r.set_task_token("made up"); },
        "Error deserializing task token");
    family.add_long("Identity", [](Request& r) { r.set_identity(kLong); });
}

template <class Request, class Response>
Faults token_faults(const FrontendWorld& world, const std::string& method) {
    Faults all;
    Family<Request, Response> family(method, with_token<Request>(world));
    add_token_faults(family);
    family.move_to(all);
    return all;
}

Faults answer_faults(const FrontendWorld& world) {
    using Failed = api::RespondWorkflowTaskFailedRequest;
    Faults all;
    const auto take = [&all](Faults faults) {
        for (Fault& fault : faults) all.push_back(std::move(fault));
    };
    take(token_faults<api::RespondWorkflowTaskCompletedRequest,
                      api::RespondWorkflowTaskCompletedResponse>(world,
                                                                 "RespondWorkflowTaskCompleted"));
    take(token_faults<Failed, api::RespondWorkflowTaskFailedResponse>(world,
                                                                      "RespondWorkflowTaskFailed"));
    take(token_faults<api::RecordActivityTaskHeartbeatRequest,
                      api::RecordActivityTaskHeartbeatResponse>(world,
                                                                "RecordActivityTaskHeartbeat"));
    take(token_faults<api::RespondActivityTaskCompletedRequest,
                      api::RespondActivityTaskCompletedResponse>(world,
                                                                 "RespondActivityTaskCompleted"));
    take(
        token_faults<api::RespondActivityTaskFailedRequest, api::RespondActivityTaskFailedResponse>(
            world, "RespondActivityTaskFailed"));
    take(token_faults<api::RespondActivityTaskCanceledRequest,
                      api::RespondActivityTaskCanceledResponse>(world,
                                                                "RespondActivityTaskCanceled"));
    Family<Failed, api::RespondWorkflowTaskFailedResponse> failed("RespondWorkflowTaskFailed",
                                                                  with_token<Failed>(world));
    failed.add(
        "an unknown cause",
        [](Failed& r) { r.set_cause(static_cast<enums::WorkflowTaskFailedCause>(999)); },
        "Invalid WorkflowTaskFailedCause: 999");
    failed.move_to(all);
    return all;
}

template <class Request, class Response>
void add_by_id(const std::string& method, Faults& all) {
    Request right;
    right.set_namespace_("orders");
    right.set_workflow_id("order-17");
    right.set_activity_id("charge");
    Family<Request, Response> family(method, right);
    family.add(
        "no activity id", [](Request& r) { r.clear_activity_id(); },
        "ActivityId is not set on request.");
    family.add_long("ActivityId", [](Request& r) { r.set_activity_id(kLong); });
    family.add_long("WorkflowId", [](Request& r) { r.set_workflow_id(kLong); });
    family.add(
        "a run id that is none", [](Request& r) { r.set_run_id("first"); },
        "Invalid RunId: 'first' is not a UUID.");
    family.add_long("Identity", [](Request& r) { r.set_identity(kLong); });
    family.move_to(all);
}

Faults by_id_faults() {
    Faults all;
    add_by_id<api::RespondActivityTaskCompletedByIdRequest,
              api::RespondActivityTaskCompletedByIdResponse>("RespondActivityTaskCompletedById",
                                                             all);
    add_by_id<api::RespondActivityTaskFailedByIdRequest,
              api::RespondActivityTaskFailedByIdResponse>("RespondActivityTaskFailedById", all);
    add_by_id<api::RespondActivityTaskCanceledByIdRequest,
              api::RespondActivityTaskCanceledByIdResponse>("RespondActivityTaskCanceledById", all);
    add_by_id<api::RecordActivityTaskHeartbeatByIdRequest,
              api::RecordActivityTaskHeartbeatByIdResponse>("RecordActivityTaskHeartbeatById", all);
    return all;
}

}  // namespace

TEST_CASE("faults of calls of workers are refused by name and reach nobody",
          "[frontend][validation]") {
    FrontendWorld world;
    SECTION("polls") { check(world, polling_faults()); }
    SECTION("answers by token") { check(world, answer_faults(world)); }
    SECTION("answers by id") { check(world, by_id_faults()); }
}

}  // namespace server::tests::bad_requests
