#include "tests/frontend/world.h"
#include "tests/support/catch.h"

using namespace server;
using namespace server::tests;

namespace {

api::RegisterNamespaceRequest valid_registration(const std::string& name = "billing") {
    api::RegisterNamespaceRequest request;
    request.set_namespace_(name);
    request.set_description("bills");
    request.mutable_workflow_execution_retention_period()->set_seconds(24 * 3600);
    return request;
}

Status add_namespace(FrontendWorld& world, const api::RegisterNamespaceRequest& request) {
    return world.call<api::RegisterNamespaceResponse>("RegisterNamespace", request).status();
}

api::DescribeNamespaceResponse describe(FrontendWorld& world, const std::string& name) {
    api::DescribeNamespaceRequest request;
    request.set_namespace_(name);
    return world.call<api::DescribeNamespaceResponse>("DescribeNamespace", request).value();
}

api::UpdateNamespaceRequest update_of(const std::string& name) {
    api::UpdateNamespaceRequest request;
    request.set_namespace_(name);
    return request;
}

Status change(FrontendWorld& world, const api::UpdateNamespaceRequest& request) {
    return world.call<api::UpdateNamespaceResponse>("UpdateNamespace", request).status();
}

std::vector<std::string> names_in(const api::ListNamespacesResponse& page) {
    std::vector<std::string> names;
    for (const auto& entry : page.namespaces()) names.push_back(entry.namespace_info().name());
    return names;
}

}  // namespace

TEST_CASE("a registered namespace can be described by name and by id", "[frontend][namespace]") {
    FrontendWorld world;
    REQUIRE(add_namespace(world, valid_registration()).ok());
    const auto by_name = describe(world, "billing");
    CHECK(by_name.namespace_info().description() == "bills");
    CHECK(by_name.namespace_info().state() == enums::NAMESPACE_STATE_REGISTERED);
    CHECK(by_name.config().workflow_execution_retention_ttl().seconds() == 24 * 3600);
    CHECK(by_name.replication_config().active_cluster_name() == "active");
    CHECK_FALSE(by_name.is_global_namespace());

    api::DescribeNamespaceRequest request;
    request.set_id(by_name.namespace_info().id());
    const auto by_id = world.call<api::DescribeNamespaceResponse>("DescribeNamespace", request);
    REQUIRE(by_id.ok());
    CHECK(by_id->namespace_info().name() == "billing");
}

TEST_CASE("trap: a namespace promises no capability that is not built", "[frontend][namespace]") {
    FrontendWorld world;
    const auto info = describe(world, "orders").namespace_info();
    const auto& capabilities = info.capabilities();
    const auto* type = capabilities.GetDescriptor();
    for (int index = 0; index < type->field_count(); ++index) {
        INFO(type->field(index)->name());
        if (type->field(index)->name() == "eager_workflow_start") continue;
        CHECK_FALSE(capabilities.GetReflection()->GetBool(capabilities, type->field(index)));
    }
    CHECK(capabilities.eager_workflow_start());
    CHECK_FALSE(info.supports_schedules());
    CHECK(info.limits().blob_size_limit_error() == 2 * 1024 * 1024);
    CHECK(info.limits().memo_size_limit_error() == 2 * 1024 * 1024);
}

TEST_CASE("a namespace needs a name and a retention of an hour", "[frontend][namespace]") {
    FrontendWorld world;
    auto request = valid_registration();
    SECTION("no name") {
        request.clear_namespace_();
        CHECK(add_namespace(world, request).message() == "Namespace is not set on request.");
    }
    SECTION("no retention") {
        request.clear_workflow_execution_retention_period();
        CHECK_THAT(add_namespace(world, request).message(),
                   Catch::StartsWith("A valid retention period is not set on request"));
    }
    SECTION("too short") {
        request.mutable_workflow_execution_retention_period()->set_seconds(3599);
        CHECK_THAT(add_namespace(world, request).message(), Catch::Contains("3599 s is too short"));
    }
    SECTION("exactly an hour") {
        request.mutable_workflow_execution_retention_period()->set_seconds(3600);
        CHECK(add_namespace(world, request).ok());
    }
    SECTION("global") {
        request.set_is_global_namespace(true);
        CHECK(add_namespace(world, request).code() == Code::InvalidArgument);
    }
    SECTION("with archival") {
        request.set_history_archival_state(enums::ARCHIVAL_STATE_ENABLED);
        CHECK(add_namespace(world, request).code() == Code::Unimplemented);
    }
    SECTION("on another cluster") {
        request.set_active_cluster_name("elsewhere");
        CHECK(add_namespace(world, request).code() == Code::InvalidArgument);
    }
}

TEST_CASE("a second namespace of a name is refused with its detail", "[frontend][namespace]") {
    FrontendWorld world;
    REQUIRE(add_namespace(world, valid_registration()).ok());
    const Status status = add_namespace(world, valid_registration());
    CHECK(status.code() == Code::AlreadyExists);
    CHECK(status.detail<NamespaceAlreadyExists>() != nullptr);
}

TEST_CASE("an update changes what it names and merges data", "[frontend][namespace]") {
    FrontendWorld world;
    auto registration = valid_registration();
    (*registration.mutable_data())["team"] = "a";
    REQUIRE(add_namespace(world, registration).ok());
    auto update = update_of("billing");
    update.mutable_update_info()->set_owner_email("owner@example.com");
    (*update.mutable_update_info()->mutable_data())["tier"] = "1";
    update.mutable_config()->mutable_workflow_execution_retention_ttl()->set_seconds(7200);
    REQUIRE(change(world, update).ok());
    const auto described = describe(world, "billing");
    CHECK(described.namespace_info().description() == "bills");
    CHECK(described.namespace_info().owner_email() == "owner@example.com");
    CHECK(described.namespace_info().data().at("team") == "a");
    CHECK(described.namespace_info().data().at("tier") == "1");
    CHECK(described.config().workflow_execution_retention_ttl().seconds() == 7200);
}

TEST_CASE("the state of a namespace only moves on", "[frontend][namespace]") {
    FrontendWorld world;
    auto update = update_of("orders");
    const auto move_to = [&](enums::NamespaceState state) {
        update.mutable_update_info()->set_state(state);
        return change(world, update);
    };
    CHECK(move_to(enums::NAMESPACE_STATE_DEPRECATED).ok());
    CHECK(move_to(enums::NAMESPACE_STATE_REGISTERED).code() == Code::InvalidArgument);
    CHECK(move_to(static_cast<enums::NamespaceState>(9)).code() == Code::InvalidArgument);
    CHECK(move_to(enums::NAMESPACE_STATE_DELETED).ok());
    CHECK(move_to(enums::NAMESPACE_STATE_DEPRECATED).code() == Code::InvalidArgument);
}

TEST_CASE("faults of an update are refused and change nothing", "[frontend][namespace]") {
    FrontendWorld world;
    auto update = update_of("orders");
    Code expected = Code::InvalidArgument;
    SECTION("unknown namespace") {
        update.set_namespace_("nowhere");
        expected = Code::NotFound;
    }
    SECTION("short retention") {
        update.mutable_config()->mutable_workflow_execution_retention_ttl()->set_seconds(1);
    }
    SECTION("eleven bad binaries") {
        auto& binaries = *update.mutable_config()->mutable_bad_binaries()->mutable_binaries();
        for (int index = 0; index < 11; ++index) binaries[std::to_string(index)];
    }
    SECTION("an unknown bad binary to delete") { update.set_delete_bad_binary("none"); }
    SECTION("much data") {
        (*update.mutable_update_info()->mutable_data())["k"] = std::string(70'000, 'x');
    }
    SECTION("promotion") {
        update.set_promote_namespace(true);
        expected = Code::Unimplemented;
    }
    update.mutable_update_info()->set_description("changed");
    CHECK(change(world, update).code() == expected);
    CHECK(describe(world, "orders").namespace_info().description().empty());
}

TEST_CASE("namespaces are listed by name, page by page, the deleted ones on request",
          "[frontend][namespace]") {
    FrontendWorld world;
    for (const char* name : {"c", "a", "b"})
        REQUIRE(add_namespace(world, valid_registration(name)).ok());
    auto update = update_of("b");
    update.mutable_update_info()->set_state(enums::NAMESPACE_STATE_DELETED);
    REQUIRE(change(world, update).ok());

    api::ListNamespacesRequest request;
    request.set_page_size(3);
    auto page = world.call<api::ListNamespacesResponse>("ListNamespaces", request).value();
    CHECK(names_in(page) == std::vector<std::string>{"a", "c"});
    REQUIRE_FALSE(page.next_page_token().empty());
    request.set_next_page_token(page.next_page_token());
    page = world.call<api::ListNamespacesResponse>("ListNamespaces", request).value();
    CHECK(names_in(page) == std::vector<std::string>{"orders"});
    CHECK(page.next_page_token().empty());

    api::ListNamespacesRequest all;
    all.mutable_namespace_filter()->set_include_deleted(true);
    page = world.call<api::ListNamespacesResponse>("ListNamespaces", all).value();
    CHECK(names_in(page) == std::vector<std::string>{"a", "b", "c", "orders"});
}

TEST_CASE("trap: GetSystemInfo promises exactly what is built", "[frontend][system]") {
    FrontendWorld world;
    const auto info =
        world.call<api::GetSystemInfoResponse>("GetSystemInfo", api::GetSystemInfoRequest())
            .value();
    CHECK(info.server_version() == "1.32.0");
    std::set<std::string> on;
    const auto& capabilities = info.capabilities();
    const auto* type = capabilities.GetDescriptor();
    for (int index = 0; index < type->field_count(); ++index) {
        if (capabilities.GetReflection()->GetBool(capabilities, type->field(index))) {
            on.insert(type->field(index)->name());
        }
    }
    CHECK(on == std::set<std::string>{"signal_and_query_header", "internal_error_differentiation",
                                      "activity_failure_include_heartbeat",
                                      "encoded_failure_attributes", "upsert_memo", "sdk_metadata",
                                      "count_group_by_execution_status", "eager_workflow_start"});
}

TEST_CASE("the cluster tells who it is", "[frontend][system]") {
    FrontendWorld world;
    const auto info =
        world.call<api::GetClusterInfoResponse>("GetClusterInfo", api::GetClusterInfoRequest())
            .value();
    CHECK(info.cluster_name() == "active");
    CHECK(info.cluster_id() == "0b7a1c1e-0000-4000-8000-000000000000");
    CHECK(info.history_shard_count() == 4);
    CHECK(info.persistence_store() == "memory");
    CHECK(info.supported_clients().at("temporal-typescript") == "<2.0.0");
    CHECK(info.server_version() == "1.32.0");
}
