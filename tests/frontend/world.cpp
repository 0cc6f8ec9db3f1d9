#include "tests/frontend/world.h"

namespace server::tests {

namespace {

store::ClusterIdentity test_cluster() {
    store::ClusterIdentity identity;
    identity.cluster_id = "0b7a1c1e-0000-4000-8000-000000000000";
    identity.cluster_name = "active";
    identity.history_shard_count = 4;
    return identity;
}

}  // namespace

FrontendWorld::FrontendWorld(frontend::Limits limits)
    : frontend({clock, random, history, matching, store, namespaces, &metrics}, test_cluster(),
               limits) {
    frontend.register_methods(workflow_service, operator_service);
    frontend.register_admin_methods(admin_service);
    namespace_id = must(namespaces.ensure("orders", 24h))->id;
}

const rpc::MethodTable& FrontendWorld::table_for(
    const google::protobuf::Descriptor& request) const {
    for (const rpc::MethodTable* table : {&operator_service, &admin_service}) {
        if (table->service().file()->package() == request.file()->package()) return *table;
    }
    return workflow_service;
}

std::string FrontendWorld::task_token() const {
    state::v1::TaskToken token;
    token.set_namespace_id(namespace_id);
    token.set_workflow_id("order-17");
    token.set_run_id(kRun);
    token.set_scheduled_event_id(2);
    return token.SerializeAsString();
}

api::StartWorkflowExecutionRequest valid_start() {
    api::StartWorkflowExecutionRequest request;
    request.set_namespace_("orders");
    request.set_workflow_id("order-17");
    request.mutable_workflow_type()->set_name("Order");
    request.mutable_task_queue()->set_name("orders");
    request.set_request_id("request-1");
    return request;
}

api::SignalWorkflowExecutionRequest valid_signal() {
    api::SignalWorkflowExecutionRequest request;
    request.set_namespace_("orders");
    request.mutable_workflow_execution()->set_workflow_id("order-17");
    request.set_signal_name("paid");
    return request;
}

common::Payload payload_of(std::size_t bytes) {
    common::Payload payload;
    payload.set_data(std::string(bytes, 'x'));
    return payload;
}

common::Payload json_payload(const std::string& json) {
    common::Payload payload;
    (*payload.mutable_metadata())["encoding"] = "json/plain";
    payload.set_data(json);
    return payload;
}

}  // namespace server::tests
