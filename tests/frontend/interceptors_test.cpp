#include "server/frontend/interceptors/interceptors.h"

#include "server/frontend/interceptors/semantic_version.h"
#include "tests/frontend/world.h"
#include "tests/support/catch.h"

using namespace server;
using namespace server::tests;

namespace {

Result<api::DescribeWorkflowExecutionResponse> describe_order(FrontendWorld& world,
                                                              rpc::CallContext context = {},
                                                              const std::string& name = "orders") {
    api::DescribeWorkflowExecutionRequest request;
    request.set_namespace_(name);
    request.mutable_execution()->set_workflow_id("order-17");
    return world.call<api::DescribeWorkflowExecutionResponse>("DescribeWorkflowExecution", request,
                                                              std::move(context));
}

void set_state(FrontendWorld& world, enums::NamespaceState state) {
    cluster::NamespaceRegistry::Change change = [state](auto& stored) {
        stored.mutable_info()->set_state(state);
        return Status();
    };
    must(world.namespaces.update("orders", change));
}

// A completed workflow task whose token is `token` and whose namespace is `name`.
Result<api::RespondWorkflowTaskCompletedResponse> complete_task(FrontendWorld& world,
                                                                const std::string& token,
                                                                const std::string& name) {
    api::RespondWorkflowTaskCompletedRequest request;
    request.set_namespace_(name);
    request.set_task_token(token);
    return world.call<api::RespondWorkflowTaskCompletedResponse>("RespondWorkflowTaskCompleted",
                                                                 request);
}

}  // namespace

TEST_CASE("a request needs a namespace that exists", "[frontend][namespace]") {
    FrontendWorld world;
    CHECK(describe_order(world).ok());
    const auto missing = describe_order(world, {}, "nowhere").status();
    CHECK(missing.code() == Code::NotFound);
    CHECK(missing.detail<NamespaceNotFound>()->namespace_name == "nowhere");
    CHECK(describe_order(world, {}, "").status().message() == "Namespace not set on request.");
    CHECK(describe_order(world, {}, std::string(1001, 'n')).status().code() ==
          Code::InvalidArgument);
}

TEST_CASE("a deprecated namespace serves its workflows and starts no new ones",
          "[frontend][namespace]") {
    FrontendWorld world;
    set_state(world, enums::NAMESPACE_STATE_DEPRECATED);
    CHECK(describe_order(world).ok());
    const auto start =
        world.call<api::StartWorkflowExecutionResponse>("StartWorkflowExecution", valid_start());
    CHECK(start.status().code() == Code::FailedPrecondition);
    const auto* detail = start.status().detail<NamespaceInvalidState>();
    REQUIRE(detail != nullptr);
    CHECK(detail->state == enums::NAMESPACE_STATE_DEPRECATED);
    CHECK(detail->allowed_states == std::vector<int>{enums::NAMESPACE_STATE_REGISTERED});
    SECTION("a deleted one serves nothing") {
        set_state(world, enums::NAMESPACE_STATE_DELETED);
        CHECK(describe_order(world).status().detail<NamespaceInvalidState>() != nullptr);
    }
}

TEST_CASE("trap: a task token reaches no other namespace than its own", "[frontend][token]") {
    FrontendWorld world;
    const std::string other_id = must(world.namespaces.ensure("other", 24h))->id;
    const std::string token = world.task_token();

    CHECK(complete_task(world, token, "orders").ok());
    const auto foreign = complete_task(world, token, "other").status();
    CHECK(foreign.code() == Code::InvalidArgument);
    CHECK_THAT(foreign.message(), Catch::Contains("token from a different namespace"));
    CHECK(world.history.calls.size() == 1);

    SECTION("without a namespace the token's is meant") {
        CHECK(complete_task(world, token, "").ok());
        const auto& seen = world.history.last<role::v1::RespondWorkflowTaskCompletedRequest>();
        CHECK(seen.namespace_id() == world.namespace_id);
        CHECK(seen.request().namespace_() == "orders");
    }
    SECTION("a missing or made-up token is InvalidArgument") {
        CHECK(complete_task(world, "", "orders").status().message() ==
              "Task token not set on request.");
        const auto token_bytes = GENERATE(as<std::string>{}, "rubbish", "\xff\xff", "\x0a\x01x");
        CHECK(complete_task(world, token_bytes, "orders").status().code() == Code::InvalidArgument);
    }
    SECTION("every method that takes a token is held to this") {
        const auto method = GENERATE(as<std::string>{}, "RespondWorkflowTaskFailed",
                                     "RecordActivityTaskHeartbeat", "RespondActivityTaskCompleted",
                                     "RespondActivityTaskFailed", "RespondActivityTaskCanceled");
        const auto* descriptor = world.workflow_service.service().FindMethodByName(method);
        auto* factory = google::protobuf::MessageFactory::generated_factory();
        std::unique_ptr<google::protobuf::Message> request(
            factory->GetPrototype(descriptor->input_type())->New());
        const auto* type = request->GetDescriptor();
        request->GetReflection()->SetString(request.get(), type->FindFieldByName("task_token"),
                                            token);
        request->GetReflection()->SetString(request.get(), type->FindFieldByName("namespace"),
                                            "other");
        const auto answer =
            await((*world.workflow_service.find(method))(rpc::CallContext(), std::move(request)));
        CHECK(answer.status().code() == Code::InvalidArgument);
        CHECK(world.history.calls.size() == 1);
    }
}

TEST_CASE("an internal failure is masked, with a hash to find it by", "[frontend]") {
    FrontendWorld world;
    world.history.failure = internal_error("row 17 of table runs is damaged");
    const auto first = describe_order(world).status();
    CHECK(first.code() == Code::Internal);
    CHECK_THAT(first.message(), Catch::StartsWith("something went wrong, please retry ("));
    CHECK_THAT(first.message(), !Catch::Contains("row 17"));
    CHECK(describe_order(world).status().message() == first.message());

    SECTION("a loss of data is shown as UNAVAILABLE") {
        world.history.failure = Status(Code::DataLoss, "bytes are damaged");
        CHECK(describe_order(world).status().code() == Code::Unavailable);
    }
    SECTION("what clients act on passes unchanged") {
        world.history.failure = not_found("no such workflow: order-17");
        CHECK(describe_order(world).status().message() == "no such workflow: order-17");
        CHECK(describe_order(world).status().detail<NotFound>() != nullptr);
    }
}

TEST_CASE("SDKs that are too new for the server are refused", "[frontend][version]") {
    FrontendWorld world;
    rpc::CallContext context;
    context.client_name = "temporal-typescript";
    SECTION("a known client within its range passes") {
        context.client_version = "1.24.0";
        CHECK(describe_order(world, context).ok());
    }
    SECTION("one above is named in the detail") {
        context.client_version = "2.0.0";
        const auto status = describe_order(world, context).status();
        CHECK(status.code() == Code::FailedPrecondition);
        const auto* detail = status.detail<ClientVersionNotSupported>();
        REQUIRE(detail != nullptr);
        CHECK(detail->client_name == "temporal-typescript");
        CHECK(detail->supported_versions == "<2.0.0");
    }
    SECTION("an unreadable version is InvalidArgument") {
        context.client_version = "latest";
        CHECK(describe_order(world, context).status().code() == Code::InvalidArgument);
    }
    SECTION("an unknown client passes, whatever its version") {
        context.client_name = "my-client";
        context.client_version = "latest";
        CHECK(describe_order(world, context).ok());
    }
    SECTION("GetSystemInfo always answers") {
        context.client_version = "9.0.0";
        CHECK(world
                  .call<api::GetSystemInfoResponse>("GetSystemInfo", api::GetSystemInfoRequest(),
                                                    context)
                  .ok());
    }
}

TEST_CASE("a client may refuse this server's version", "[frontend][version]") {
    FrontendWorld world;
    rpc::CallContext context;
    SECTION("in range") {
        context.supported_server_versions = ">=1.0.0 <2.0.0";
        CHECK(describe_order(world, context).ok());
    }
    SECTION("out of range") {
        context.supported_server_versions = ">=2.0.0";
        const auto status = describe_order(world, context).status();
        CHECK(status.code() == Code::FailedPrecondition);
        CHECK(status.detail<ServerVersionNotSupported>()->server_version == "1.32.0");
    }
    SECTION("unreadable") {
        context.supported_server_versions = "newest";
        CHECK(describe_order(world, context).status().code() == Code::InvalidArgument);
    }
}

TEST_CASE("versions are ordered and matched as semver.org says", "[frontend][version]") {
    const auto version = [](const char* text) { return *frontend::parse_version(text); };
    const auto later = [&](const char* left, const char* right) {
        return frontend::compare(version(left), version(right)) > 0;
    };
    CHECK(later("1.0.0-alpha.1", "1.0.0-alpha"));
    CHECK(later("1.0.0-alpha.beta", "1.0.0-alpha.1"));
    CHECK(later("1.0.0-beta.11", "1.0.0-beta.2"));
    CHECK(later("1.0.0", "1.0.0-rc.1"));
    CHECK(later("1.10.0", "1.9.9"));
    CHECK_FALSE(later("1.0.0+build", "1.0.0"));
    CHECK_FALSE(later("1.0.0", "1.0.0+build"));
    const auto text = GENERATE("", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.x", "1.2.3-", "1.2.3-a..b",
                               "v1.2.3", "99999999999999999999.0.0");
    CHECK_FALSE(frontend::parse_version(text).has_value());
    CHECK(frontend::in_range(version("1.32.0"), "<1.0.0 || >=1.30.0 !=1.31.0") == true);
    CHECK(frontend::in_range(version("1.31.0"), "<1.0.0 || >=1.30.0 !=1.31.0") == false);
    CHECK(frontend::in_range(version("1.32.0"), "1.32.0") == true);
    CHECK_FALSE(frontend::in_range(version("1.32.0"), "").has_value());
}

TEST_CASE("calls that wait are bounded per namespace", "[frontend][limits]") {
    frontend::OpenWaits waits;
    auto first = waits.enter("a", 2);
    auto second = waits.enter("a", 2);
    REQUIRE(second.ok());
    const auto third = waits.enter("a", 2).status();
    CHECK(third.code() == Code::ResourceExhausted);
    CHECK(third.detail<ResourceExhausted>()->cause == ResourceExhausted::Cause::concurrent);
    CHECK(waits.enter("b", 2).ok());
    { const frontend::OpenWaits::Place leaving = std::move(second).value(); }
    CHECK(waits.count("a") == 1);
    CHECK(waits.enter("a", 2).ok());
}

TEST_CASE("a poll above the limit of its namespace is refused", "[frontend][limits]") {
    frontend::Limits limits;
    limits.waits_per_namespace_max = 0;
    FrontendWorld world(limits);
    api::PollWorkflowTaskQueueRequest poll;
    poll.set_namespace_("orders");
    poll.mutable_task_queue()->set_name("orders");
    const auto refused =
        world.call<api::PollWorkflowTaskQueueResponse>("PollWorkflowTaskQueue", poll);
    CHECK(refused.status().code() == Code::ResourceExhausted);
    CHECK(describe_order(world).ok());
    SECTION("a read of history counts only when it waits") {
        api::GetWorkflowExecutionHistoryRequest read;
        read.set_namespace_("orders");
        read.mutable_execution()->set_workflow_id("order-17");
        const std::string method = "GetWorkflowExecutionHistory";
        CHECK(world.call<api::GetWorkflowExecutionHistoryResponse>(method, read).ok());
        read.set_wait_new_event(true);
        CHECK(world.call<api::GetWorkflowExecutionHistoryResponse>(method, read).status().code() ==
              Code::ResourceExhausted);
    }
}

TEST_CASE("a namespace that calls more often than it may is refused until a second has passed",
          "[frontend][limits]") {
    frontend::Limits limits;
    limits.requests_per_second_of_namespace_max["orders"] = 2;
    FrontendWorld world(limits);
    for (int call = 0; call < 4; ++call) CHECK(describe_order(world).ok());  // two seconds' worth
    const Status refused = describe_order(world).status();
    CHECK(refused.code() == Code::ResourceExhausted);
    CHECK(refused.message() == "namespace rate limit exceeded: 2 calls per second");
    const auto* detail = refused.detail<ResourceExhausted>();
    REQUIRE(detail != nullptr);
    CHECK(detail->cause == ResourceExhausted::Cause::rps);
    CHECK(detail->scope == ResourceExhausted::Scope::of_namespace);
    SECTION("half a second later one may come") {
        world.advance(500ms);
        CHECK(describe_order(world).ok());
        CHECK_FALSE(describe_order(world).ok());
    }
    SECTION("what a worker answers takes from what is left, passes above it, and leaves no debt") {
        world.advance(500ms);
        CHECK(complete_task(world, world.task_token(), "orders").ok());
        CHECK_FALSE(describe_order(world).ok());
        for (int call = 0; call < 10; ++call) {
            CHECK(complete_task(world, world.task_token(), "orders").ok());
        }
        world.advance(500ms);
        CHECK(describe_order(world).ok());
    }
    SECTION("when the limit is lifted everything passes") {
        world.frontend.set_limits({});
        for (int call = 0; call < 10; ++call) CHECK(describe_order(world).ok());
    }
}
