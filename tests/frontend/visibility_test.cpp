#include "tests/frontend/world.h"
#include "tests/support/catch.h"

using namespace server;
using namespace server::tests;

namespace {

store::VisibilityRecord record_of(const FrontendWorld& world, int number) {
    store::VisibilityRecord record;
    record.namespace_id = world.namespace_id;
    record.workflow_id = "order-" + std::to_string(number);
    record.run_id = "8d1f2a7e-1111-4222-8333-00000000000" + std::to_string(number);
    record.version = TaskId{1};
    record.workflow_type = "Order";
    record.task_queue = "orders";
    record.status = enums::WORKFLOW_EXECUTION_STATUS_RUNNING;
    record.start_time = world.clock.now() + std::chrono::seconds(number);
    record.execution_time = record.start_time;
    return record;
}

// Two open runs and one that completed after 90 s.
void fill(FrontendWorld& world) {
    auto closed = record_of(world, 3);
    closed.status = enums::WORKFLOW_EXECUTION_STATUS_COMPLETED;
    closed.close_time = closed.start_time + 90s;
    closed.history_length = 11;
    closed.history_size_bytes = 1234;
    closed.state_transition_count = 7;
    const std::vector<store::VisibilityRecord> records = {record_of(world, 1), record_of(world, 2),
                                                          closed};
    REQUIRE(await(world.store.visibility().write(records)).ok());
}

Result<api::ListWorkflowExecutionsResponse> list(FrontendWorld& world, const std::string& query,
                                                 int page_size = 0, const std::string& token = "") {
    api::ListWorkflowExecutionsRequest request;
    request.set_namespace_("orders");
    request.set_query(query);
    request.set_page_size(page_size);
    request.set_next_page_token(token);
    return world.call<api::ListWorkflowExecutionsResponse>("ListWorkflowExecutions", request);
}

Result<api::CountWorkflowExecutionsResponse> count(FrontendWorld& world, const std::string& query) {
    api::CountWorkflowExecutionsRequest request;
    request.set_namespace_("orders");
    request.set_query(query);
    return world.call<api::CountWorkflowExecutionsResponse>("CountWorkflowExecutions", request);
}

template <class Response, class Request>
Status operate(FrontendWorld& world, std::string_view method, Request request) {
    request.set_namespace_("orders");
    return world.call<Response>(method, request).status();
}

Status add_attribute(FrontendWorld& world, const std::string& name, int type) {
    operator_api::AddSearchAttributesRequest request;
    (*request.mutable_search_attributes())[name] = static_cast<enums::IndexedValueType>(type);
    return operate<operator_api::AddSearchAttributesResponse>(world, "AddSearchAttributes",
                                                              request);
}

Status remove_attribute(FrontendWorld& world, const std::string& name) {
    operator_api::RemoveSearchAttributesRequest request;
    request.add_search_attributes(name);
    return operate<operator_api::RemoveSearchAttributesResponse>(world, "RemoveSearchAttributes",
                                                                 request);
}

operator_api::ListSearchAttributesResponse attributes(FrontendWorld& world) {
    operator_api::ListSearchAttributesRequest request;
    request.set_namespace_("orders");
    return world.call<operator_api::ListSearchAttributesResponse>("ListSearchAttributes", request)
        .value();
}

}  // namespace

TEST_CASE("workflows are listed as clients know them", "[frontend][visibility]") {
    FrontendWorld world;
    fill(world);
    const auto page = list(world, "WorkflowId = 'order-3'").value();
    REQUIRE(page.executions_size() == 1);
    const auto& info = page.executions(0);
    CHECK(info.execution().workflow_id() == "order-3");
    CHECK(info.type().name() == "Order");
    CHECK(info.status() == enums::WORKFLOW_EXECUTION_STATUS_COMPLETED);
    CHECK(info.task_queue() == "orders");
    CHECK(info.close_time().seconds() == info.start_time().seconds() + 90);
    CHECK(info.execution_duration().seconds() == 90);
    CHECK(info.history_length() == 11);
    CHECK(info.state_transition_count() == 7);
    SECTION("an open one has no close time") {
        const auto open = list(world, "WorkflowId = 'order-1'").value();
        CHECK_FALSE(open.executions(0).has_close_time());
        CHECK_FALSE(open.executions(0).has_execution_duration());
    }
}

TEST_CASE("pages of a list follow one another", "[frontend][visibility]") {
    FrontendWorld world;
    fill(world);
    std::vector<std::string> ids;
    std::string token;
    do {
        const auto page = list(world, "", 2, token).value();
        for (const auto& info : page.executions()) ids.push_back(info.execution().workflow_id());
        token = page.next_page_token();
    } while (!token.empty());
    CHECK(ids == std::vector<std::string>{"order-2", "order-1", "order-3"});
    CHECK(list(world, "", 2, "rubbish").status().code() == Code::InvalidArgument);
}

TEST_CASE("a filter that is none is refused before the store sees it", "[frontend][visibility]") {
    FrontendWorld world;
    int reads = 0;
    world.store.faults().read = [&reads](std::string_view) {
        ++reads;
        return Status();
    };
    const auto query =
        GENERATE(as<std::string>{}, "WorkflowId =", "Unknown = 'x'", "ORDER BY RunId");
    const Status status = list(world, query).status();
    CHECK(status.code() == Code::InvalidArgument);
    CHECK_THAT(status.message(), Catch::StartsWith("invalid query: "));
    CHECK(list(world, std::string(65 * 1024, ' ')).status().code() == Code::InvalidArgument);
    CHECK(reads == 0);
}

TEST_CASE("counts can be grouped by status", "[frontend][visibility]") {
    FrontendWorld world;
    fill(world);
    CHECK(count(world, "").value().count() == 3);
    CHECK(count(world, "").value().groups_size() == 0);
    const auto grouped = count(world, "GROUP BY ExecutionStatus").value();
    REQUIRE(grouped.groups_size() == 2);
    CHECK(grouped.groups(0).count() == 1);
    const auto& payload = grouped.groups(0).group_values(0);
    CHECK(payload.data() == "\"Completed\"");
    CHECK(payload.metadata().at("encoding") == "json/plain");
    CHECK(payload.metadata().at("type") == "Keyword");
    CHECK(list(world, "GROUP BY ExecutionStatus").status().code() == Code::InvalidArgument);
}

TEST_CASE("a custom search attribute can be filtered by once it is added",
          "[frontend][search_attributes]") {
    FrontendWorld world;
    CHECK(list(world, "CustomerId = 'c'").status().code() == Code::InvalidArgument);
    REQUIRE(add_attribute(world, "CustomerId", enums::INDEXED_VALUE_TYPE_KEYWORD).ok());
    CHECK(list(world, "CustomerId = 'c'").ok());
    CHECK(attributes(world).custom_attributes().at("CustomerId") ==
          enums::INDEXED_VALUE_TYPE_KEYWORD);
    SECTION("adding it again changes nothing, not even with another type") {
        REQUIRE(add_attribute(world, "CustomerId", enums::INDEXED_VALUE_TYPE_INT).ok());
        CHECK(attributes(world).custom_attributes().at("CustomerId") ==
              enums::INDEXED_VALUE_TYPE_KEYWORD);
    }
    SECTION("and no more once it is removed") {
        REQUIRE(remove_attribute(world, "CustomerId").ok());
        CHECK(attributes(world).custom_attributes().empty());
        CHECK(list(world, "CustomerId = 'c'").status().code() == Code::InvalidArgument);
        CHECK(remove_attribute(world, "CustomerId").ok());
    }
}

TEST_CASE("search attributes of the server can be neither added nor removed",
          "[frontend][search_attributes]") {
    FrontendWorld world;
    const auto name = GENERATE(as<std::string>{}, "WorkflowId", "TemporalChangeVersion");
    CHECK(add_attribute(world, name, enums::INDEXED_VALUE_TYPE_KEYWORD).code() ==
          Code::InvalidArgument);
    CHECK(remove_attribute(world, name).code() == Code::InvalidArgument);
    CHECK(attributes(world).system_attributes().contains(name));
    CHECK(attributes(world).storage_schema().empty());
}

TEST_CASE("faults of an addition are refused", "[frontend][search_attributes]") {
    FrontendWorld world;
    CHECK(add_attribute(world, "X", 0).code() == Code::InvalidArgument);
    CHECK(add_attribute(world, "X", 99).code() == Code::InvalidArgument);
    CHECK(add_attribute(world, "", 2).code() == Code::InvalidArgument);
    operator_api::AddSearchAttributesRequest empty;
    CHECK(operate<operator_api::AddSearchAttributesResponse>(world, "AddSearchAttributes", empty)
              .message() == "SearchAttributes are not set on request.");
    CHECK(world.call<operator_api::AddSearchAttributesResponse>("AddSearchAttributes", empty)
              .status()
              .message() == "Namespace not set on request.");
}

TEST_CASE("two additions at once both stay", "[frontend][search_attributes]") {
    FrontendWorld world;
    operator_api::AddSearchAttributesRequest first;
    first.set_namespace_("orders");
    (*first.mutable_search_attributes())["A"] = enums::INDEXED_VALUE_TYPE_INT;
    auto second = first;
    second.clear_search_attributes();
    (*second.mutable_search_attributes())["B"] = enums::INDEXED_VALUE_TYPE_INT;
    const auto& handler = *world.operator_service.find("AddSearchAttributes");
    using Message = rpc::MethodTable::MessagePtr;
    using Request = operator_api::AddSearchAttributesRequest;
    std::vector<Async<Result<Message>>> both;
    both.push_back(handler(rpc::CallContext(), std::make_unique<Request>(first)));
    both.push_back(handler(rpc::CallContext(), std::make_unique<Request>(second)));
    for (const auto& result : await_all(std::move(both))) CHECK(result.ok());
    CHECK(attributes(world).custom_attributes().size() == 2);
}

TEST_CASE("a filter may name an attribute that another frontend has just added",
          "[frontend][visibility]") {
    FrontendWorld world;
    fill(world);
    REQUIRE(list(world, "Customer = 'acme'").status().code() == Code::InvalidArgument);
    world.advance(200ms);
    cluster::NamespaceRegistry other(world.store.namespaces(), world.clock, world.random);
    const cluster::NamespaceRegistry::Change add = [](state::v1::Namespace& stored) {
        (*stored.mutable_search_attributes())["Customer"] = enums::INDEXED_VALUE_TYPE_KEYWORD;
        return Status();
    };
    REQUIRE(await(other.update("orders", add)).ok());
    CHECK(list(world, "Customer = 'acme'").ok());
    CHECK(count(world, "Customer = 'acme'").ok());
    CHECK(list(world, "Nobody = 'acme'").status().code() == Code::InvalidArgument);
}
