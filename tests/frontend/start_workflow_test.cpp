#include "tests/frontend/world.h"
#include "tests/support/catch.h"

using namespace server;
using namespace server::tests;

namespace {

using StartRequest = api::StartWorkflowExecutionRequest;
using Spoil = std::function<void(StartRequest&)>;

Status start(FrontendWorld& world, const StartRequest& request) {
    return world.call<api::StartWorkflowExecutionResponse>("StartWorkflowExecution", request)
        .status();
}

// What history got.
const StartRequest& started(const FrontendWorld& world) {
    return world.history.last<role::v1::StartWorkflowRequest>().request();
}

struct Fault {
    std::string what;
    Spoil spoil;
    Code code;
    std::string message;  // part of it
};

constexpr auto kInvalid = Code::InvalidArgument;
constexpr auto kUnbuilt = Code::Unimplemented;

// Who, where and for how long.
std::vector<Fault> faults_of_name_and_time() {
    return {
        {"no workflow id", [](StartRequest& r) { r.clear_workflow_id(); }, kInvalid,
         "WorkflowId is not set on request."},
        {"a retry policy that is none",
         [](StartRequest& r) { r.mutable_retry_policy()->set_backoff_coefficient(0.5); }, kInvalid,
         "BackoffCoefficient cannot be less than 1"},
        {"cron and delay",
         [](StartRequest& r) {
             r.set_cron_schedule("* * * * *");
             r.mutable_workflow_start_delay();
         },
         kInvalid, "CronSchedule and WorkflowStartDelay may not be used together."},
        {"a schedule that is none", [](StartRequest& r) { r.set_cron_schedule("* * * *"); },
         kInvalid, "invalid CronSchedule: expected 5 fields"},
        {"a schedule that never fires", [](StartRequest& r) { r.set_cron_schedule("0 0 30 2 *"); },
         kInvalid, "invalid CronSchedule, no next firing time found"},
        {"no type", [](StartRequest& r) { r.clear_workflow_type(); }, kInvalid,
         "WorkflowType is not set on request."},
        {"no task queue", [](StartRequest& r) { r.clear_task_queue(); }, kInvalid,
         "TaskQueue is not set on request."},
        {"a partition's name",
         [](StartRequest& r) { r.mutable_task_queue()->set_name("/_sys/q/1"); }, kInvalid,
         "reserved prefix /_sys/"},
        {"the server's queue",
         [](StartRequest& r) { r.mutable_task_queue()->set_name("temporal-sys-per-ns-tq"); },
         kInvalid, "reserved for the server"},
        {"negative timeout",
         [](StartRequest& r) { r.mutable_workflow_run_timeout()->set_seconds(-1); }, kInvalid,
         "An invalid WorkflowRunTimeout is set on request"},
        {"mixed signs", [](StartRequest& r) { r.mutable_workflow_task_timeout()->set_nanos(-1); },
         kInvalid, "An invalid WorkflowTaskTimeout is set on request"},
        {"long request id", [](StartRequest& r) { r.set_request_id(std::string(1001, 'x')); },
         kInvalid, "RequestId length exceeds limit"},
    };
}

std::vector<Fault> faults_of_policy() {
    return {
        {"two ways to say terminate",
         [](StartRequest& r) {
             r.set_workflow_id_reuse_policy(enums::WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING);
             r.set_workflow_id_conflict_policy(enums::WORKFLOW_ID_CONFLICT_POLICY_FAIL);
         },
         kInvalid, "cannot be used together with a WorkflowIDConflictPolicy"},
        {"terminate and reject",
         [](StartRequest& r) {
             r.set_workflow_id_reuse_policy(enums::WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE);
             r.set_workflow_id_conflict_policy(
                 enums::WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING);
         },
         kInvalid, "WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE cannot be used together"},
        {"unknown policy",
         [](StartRequest& r) {
             r.set_workflow_id_reuse_policy(static_cast<enums::WorkflowIdReusePolicy>(99));
         },
         kInvalid, "Invalid WorkflowIDReusePolicy: 99"},
    };
}

std::vector<Fault> faults_of_content() {
    return {
        {"unknown search attribute",
         [](StartRequest& r) {
             (*r.mutable_search_attributes()->mutable_indexed_fields())["X"] = json_payload("1");
         },
         kInvalid, "no mapping defined for search attribute X"},
        {"negative priority", [](StartRequest& r) { r.mutable_priority()->set_priority_key(-1); },
         kInvalid, "priority key can't be negative"},
        {"callbacks", [](StartRequest& r) { r.add_completion_callbacks(); }, kUnbuilt,
         "completion_callbacks"},
        {"on-conflict options",
         [](StartRequest& r) { r.mutable_on_conflict_options()->set_attach_request_id(true); },
         kUnbuilt, "on_conflict_options"},
        {"time skipping", [](StartRequest& r) { r.mutable_time_skipping_config(); }, kUnbuilt,
         "time_skipping_config"},
        {"links",
         [](StartRequest& r) {
             for (int link = 0; link < 11; ++link) r.add_links();
         },
         kInvalid, "cannot attach more than 10 links per request, got 11"},
        {"large input",
         [](StartRequest& r) { *r.mutable_input()->add_payloads() = payload_of(2 << 20); },
         kInvalid, "Blob data size exceeds limit. StartWorkflowExecution.Input"},
        {"large memo",
         [](StartRequest& r) { (*r.mutable_memo()->mutable_fields())["m"] = payload_of(2 << 20); },
         kInvalid, "Memo size exceeds limit."},
        {"versioning override", [](StartRequest& r) { r.mutable_versioning_override(); }, kUnbuilt,
         "versioning_override"},
    };
}

// In the order in which the faults are looked for.
std::vector<Fault> start_faults() {
    std::vector<Fault> faults = faults_of_name_and_time();
    for (auto& fault : faults_of_policy()) faults.push_back(std::move(fault));
    for (auto& fault : faults_of_content()) faults.push_back(std::move(fault));
    return faults;
}

}  // namespace

TEST_CASE("a valid start reaches history with its policies spelled out", "[frontend][start]") {
    FrontendWorld world;
    REQUIRE(start(world, valid_start()).ok());
    CHECK(started(world).workflow_id_reuse_policy() ==
          enums::WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE);
    CHECK(started(world).workflow_id_conflict_policy() == enums::WORKFLOW_ID_CONFLICT_POLICY_FAIL);
    CHECK(started(world).request_id() == "request-1");
    CHECK(started(world).task_queue().kind() == enums::TASK_QUEUE_KIND_NORMAL);
    CHECK(world.history.last<role::v1::StartWorkflowRequest>().namespace_id() ==
          world.namespace_id);
}

TEST_CASE("each fault of a start is refused by name and reaches nobody", "[frontend][start]") {
    FrontendWorld world;
    for (const Fault& fault : start_faults()) {
        INFO(fault.what);
        StartRequest request = valid_start();
        fault.spoil(request);
        const Status status = start(world, request);
        CHECK(status.code() == fault.code);
        CHECK_THAT(status.message(), Catch::Contains(fault.message));
    }
    CHECK(world.history.calls.empty());
}

TEST_CASE("a delay before the beginning of time is refused", "[frontend][start]") {
    FrontendWorld world;
    StartRequest request = valid_start();
    request.mutable_workflow_start_delay()->set_seconds(-1);
    const Status status = start(world, request);
    CHECK(status.code() == kInvalid);
    CHECK_THAT(status.message(),
               Catch::Contains("An invalid WorkflowStartDelay is set on request"));
}

TEST_CASE("of two faults of a start the earlier in the order is named", "[frontend][start]") {
    FrontendWorld world;
    const auto faults = start_faults();
    for (std::size_t index = 0; index + 1 < faults.size(); ++index) {
        // The earlier one last: where both spoil one field, it is the earlier that stays.
        StartRequest request = valid_start();
        faults[index + 1].spoil(request);
        faults[index].spoil(request);
        const Status status = start(world, request);
        INFO(faults[index].what << ", then " << faults[index + 1].what);
        CHECK_THAT(status.message(), Catch::Contains(faults[index].message));
    }
}

TEST_CASE("TERMINATE_IF_RUNNING is turned into its newer form", "[frontend][start]") {
    FrontendWorld world;
    StartRequest request = valid_start();
    request.set_workflow_id_reuse_policy(enums::WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING);
    REQUIRE(start(world, request).ok());
    CHECK(started(world).workflow_id_reuse_policy() ==
          enums::WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE);
    CHECK(started(world).workflow_id_conflict_policy() ==
          enums::WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING);
}

TEST_CASE("a start without a request id gets one of its own", "[frontend][start]") {
    FrontendWorld world;
    StartRequest request = valid_start();
    request.clear_request_id();
    REQUIRE(start(world, request).ok());
    const std::string first = started(world).request_id();
    CHECK(is_uuid(first));
    REQUIRE(start(world, request).ok());
    CHECK(started(world).request_id() != first);
}

TEST_CASE("timeouts are cut at a hundred years and a delay is passed on", "[frontend][start]") {
    FrontendWorld world;
    StartRequest request = valid_start();
    request.mutable_workflow_execution_timeout()->set_seconds(300'000'000'000);
    request.mutable_workflow_start_delay()->set_seconds(5);
    REQUIRE(start(world, request).ok());
    CHECK(started(world).workflow_execution_timeout().seconds() == 100LL * 365 * 24 * 3600);
    CHECK(started(world).workflow_start_delay().seconds() == 5);
}

TEST_CASE("a wish for eager execution reaches history", "[frontend][start]") {
    FrontendWorld world;
    StartRequest request = valid_start();
    request.set_request_eager_execution(true);
    REQUIRE(start(world, request).ok());
    CHECK(started(world).request_eager_execution());
}

TEST_CASE("links of a start are kept", "[frontend][start]") {
    FrontendWorld world;
    StartRequest request = valid_start();
    request.add_links()->mutable_workflow_event()->set_workflow_id("parent");
    REQUIRE(start(world, request).ok());
    CHECK(started(world).links(0).workflow_event().workflow_id() == "parent");
}

TEST_CASE("search attributes of a start get their type", "[frontend][start]") {
    FrontendWorld world;
    cluster::NamespaceRegistry::Change change = [](auto& stored) {
        (*stored.mutable_search_attributes())["CustomerId"] = enums::INDEXED_VALUE_TYPE_KEYWORD;
        return Status();
    };
    must(world.namespaces.update("orders", change));
    StartRequest request = valid_start();
    (*request.mutable_search_attributes()->mutable_indexed_fields())["CustomerId"] =
        json_payload("\"c-1\"");
    REQUIRE(start(world, request).ok());
    CHECK(started(world)
              .search_attributes()
              .indexed_fields()
              .at("CustomerId")
              .metadata()
              .at("type") == "Keyword");
}
