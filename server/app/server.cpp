#include "server/app/server.h"

#include <algorithm>
#include <thread>

#include "server/app/address.h"
#include "server/app/dynamic_config.h"
#include "server/app/metrics_endpoint.h"
#include "server/app/operator_pages.h"
#include "server/app/port_owner.h"
#include "server/app/process_metrics.h"
#include "server/app/role_options.h"
#include "server/app/wait_for.h"
#include "server/cluster/namespace_registry.h"
#include "server/frontend/frontend.h"
#include "server/history/service.h"
#include "server/matching/service.h"
#include "server/rpc/grpc_server.h"
#include "server/store/measured/measured_store.h"
#include "server/store/sqlite/sqlite_store.h"
#include "server/telemetry/log.h"
#include "server/worker/worker.h"

namespace server::app {

namespace {

constexpr Duration kStopGrace = 1s;  // for calls that are neither polls nor done

std::size_t lane_count(const Options& options) {
    const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
    const std::size_t wanted = options.lane_count == 0 ? processors : options.lane_count;
    return std::min(wanted, kLanesMax);
}

store::sqlite::Options store_options(const Options& options) {
    store::sqlite::Options sqlite;
    if (!options.database_file.empty()) sqlite.path = options.database_file;
    for (const auto& [name, value] : options.pragmas) sqlite.pragmas.push_back({name, value});
    return sqlite;
}

// An attribute keeps the type it has: values of it may be stored.
Status add_search_attributes(const visibility::SearchAttributeCatalog::CustomTypes& types,
                             state::v1::Namespace& stored) {
    auto& attributes = *stored.mutable_search_attributes();
    for (const auto& [name, type] : types) {
        const auto wire = static_cast<::temporal::api::enums::v1::IndexedValueType>(type);
        const auto [known, is_new] = attributes.insert({name, wire});
        if (is_new || known->second == wire) continue;
        const auto known_type = visibility::find_value_type(static_cast<int>(known->second));
        return failed_precondition(
            "search attribute " + name + " of namespace " + stored.info().name() +
            " has the type " +
            std::string(known_type ? visibility::to_string(*known_type) : "unknown") + ", not " +
            std::string(visibility::to_string(type)) + "; choose another name");
    }
    return ok_status();
}

// Before the database is touched: a second server most often fails here.
Status check_ports(const Options& options) {
    TRY(check_port(options.ip, options.port, options.port_setting));
    if (options.metrics_port) {
        TRY(check_port(options.metrics_ip, *options.metrics_port, options.metrics_port_setting));
    }
    return ok_status();
}

void warn_of(const Options& options) {
    if (!is_loopback(options.ip)) {
        log::warn("no authentication is built yet: who reaches the port may do everything",
                  {{"address", host_and_port(options.ip, options.port)}});
    }
}

}  // namespace

// Members are destroyed from the last to the first: who is referred to comes first.
struct Server::Parts {
    Parts(Options given, std::unique_ptr<DynamicConfig> values,
          std::unique_ptr<store::Store> opened)
        : options(std::move(given)), dynamic_config(std::move(values)),
          role_options(dynamic_config->role_options()), store(std::move(opened)),
          random(Random::seed_from_system()), lanes(lane_count(options)),
          namespaces(store->namespaces(), clock, random) {}

    Options options;
    std::unique_ptr<DynamicConfig> dynamic_config;
    RoleOptions role_options;  // as at the start
    std::unique_ptr<store::Store> store;
    SystemClock clock;
    Random random;
    telemetry::Registry metrics;
    // The same store, as each role is seen to use it.
    store::MeasuredStore history_store{*store, metrics, clock, "history"};
    store::MeasuredStore matching_store{*store, metrics, clock, "matching"};
    store::MeasuredStore frontend_store{*store, metrics, clock, "frontend"};
    Readiness readiness;
    std::unique_ptr<MetricsEndpoint> metrics_endpoint;
    Lanes lanes;
    cluster::NamespaceRegistry namespaces;
    store::ClusterIdentity identity;
    std::unique_ptr<history::Service> history;
    std::unique_ptr<matching::Service> matching;
    worker::Worker worker;
    std::unique_ptr<frontend::Frontend> frontend;
    rpc::MethodTable workflow_service{"temporal.api.workflowservice.v1.WorkflowService"};
    rpc::MethodTable operator_service{"temporal.api.operatorservice.v1.OperatorService"};
    rpc::MethodTable admin_service{"temporal.server.api.adminservice.v1.AdminService"};
    std::unique_ptr<rpc::GrpcServer> listener;
    bool stopped = false;

    Async<Status> establish();
    Async<Status> make_namespaces();
    Async<Status> start_roles();
    Async<void> stop_roles();
    void reconfigure(const RoleOptions& changed);
    std::string scrape();
    Status listen();
};

std::string Server::Parts::scrape() {
    update_process_metrics(metrics);
    const store::StoreCounters counters = store->counters();
    metrics.gauge("store_commits").set(static_cast<double>(counters.commits));
    metrics.gauge("store_writes").set(static_cast<double>(counters.writes));
    return metrics.to_text(options.metrics_presentation);
}

Async<Status> Server::Parts::establish() {
    store::ClusterIdentity wanted;
    wanted.cluster_id = options.cluster_id.empty() ? random.uuid() : options.cluster_id;
    wanted.cluster_name = options.cluster_name;
    wanted.history_shard_count = options.history_shard_count;
    CO_TRY_ASSIGN(identity, co_await store->cluster_metadata().establish(std::move(wanted)));
    if (identity.history_shard_count != options.history_shard_count) {
        log::info("the database keeps its number of history shards",
                  {{"history_shard_count", identity.history_shard_count}});
    }
    co_return ok_status();
}

Async<Status> Server::Parts::make_namespaces() {
    for (const std::string& name : options.namespaces) {
        auto ensured = co_await namespaces.ensure(name, options.namespace_retention);
        CO_TRY(ensured.status());
        if (options.search_attributes.empty()) continue;
        cluster::NamespaceRegistry::Change change = [this](state::v1::Namespace& stored) {
            return add_search_attributes(options.search_attributes, stored);
        };
        auto updated = co_await namespaces.update(name, std::move(change));
        CO_TRY(updated.status());
    }
    co_return ok_status();
}

Async<Status> Server::Parts::start_roles() {
    CO_TRY(co_await establish());
    CO_TRY(co_await make_namespaces());
    const history::Collaborators collaborators{clock,         random,     lanes,
                                               history_store, namespaces, &metrics};
    role_options.history.shard_count = identity.history_shard_count;
    role_options.history.owner = role_options.matching.owner =
        host_and_port(options.ip, options.port);
    history = std::make_unique<history::Service>(collaborators, role_options.history);
    matching = std::make_unique<matching::Service>(
        clock, random, lanes, matching_store.task_queues(), role_options.matching, &metrics);
    matching->name_namespaces_by(
        [this](const std::string& id) { return namespaces.find_cached_name(id); });
    history->connect(*matching);
    matching->connect(*history);
    CO_TRY(co_await history->start());
    CO_TRY(co_await worker.start());
    const frontend::Frontend::Collaborators edge{clock,          random,     *history, *matching,
                                                 frontend_store, namespaces, &metrics};
    frontend = std::make_unique<frontend::Frontend>(edge, identity, role_options.frontend);
    frontend->register_methods(workflow_service, operator_service);
    frontend->register_admin_methods(admin_service);
    co_return ok_status();
}

// The roles keep what may not change while they run.
void Server::Parts::reconfigure(const RoleOptions& changed) {
    history->reconfigure(changed.history);
    matching->reconfigure(changed.matching);
    frontend->set_limits(changed.frontend);
}

Async<void> Server::Parts::stop_roles() {
    co_await dynamic_config->stop();
    co_await worker.stop();
    if (matching) co_await matching->stop();
    if (history) co_await history->stop();
}

Status Server::Parts::listen() {
    if (options.metrics_port) {
        MetricsEndpoint::Pages pages = operator_pages(
            options.metrics_path, [this] { return scrape(); }, readiness);
        TRY_ASSIGN(
            metrics_endpoint,
            MetricsEndpoint::start(options.metrics_ip, *options.metrics_port, std::move(pages)));
    }
    rpc::GrpcServer::Options listening;
    listening.address = host_and_port(options.ip, options.port);
    listening.services = {&workflow_service, &operator_service, &admin_service};
    TRY_ASSIGN(listener, rpc::GrpcServer::start(std::move(listening), lanes, clock));
    listener->health().set(std::string(frontend::kAdminHealthName), true);
    frontend->set_address(host_and_port(options.ip, static_cast<std::uint16_t>(listener->port())));
    return ok_status();
}

Result<std::unique_ptr<Server>> Server::start(Options options) {
    TRY_ASSIGN(auto values,
               DynamicConfig::open(options.dynamic_config_file, options.dynamic_values));
    TRY(check_ports(options));
    store::sqlite::Options database = store_options(options);
    TRY_ASSIGN(auto store, store::sqlite::open(std::move(database)));
    warn_of(options);
    auto parts_of_it =
        std::make_unique<Parts>(std::move(options), std::move(values), std::move(store));
    std::unique_ptr<Server> server(new Server(std::move(parts_of_it)));
    Parts& parts = *server->parts_;
    TRY(wait_for(parts.lanes.for_key(0), parts.start_roles()));
    TRY(parts.listen());
    Lane& lane = parts.lanes.for_key(0);
    lane.spawn(parts.dynamic_config->watch(
        parts.clock, lane, parts.options.dynamic_config_interval,
        [&parts](const RoleOptions& changed) { parts.reconfigure(changed); }));
    for (const char* role : {"frontend", "history", "matching", "worker"}) {
        parts.readiness.set(role, Readiness::State::serving);
    }
    parts.metrics.counter("restarts").add();
    log::info("server started", {{"address", server->address()},
                                 {"cluster_id", parts.identity.cluster_id},
                                 {"history_shard_count", parts.identity.history_shard_count}});
    return server;
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { stop(); }

std::string Server::address() const {
    const int port = parts_->listener ? parts_->listener->port() : parts_->options.port;
    return host_and_port(parts_->options.ip, static_cast<std::uint16_t>(port));
}

std::optional<std::uint16_t> Server::metrics_port() const {
    if (!parts_->metrics_endpoint) return std::nullopt;
    return parts_->metrics_endpoint->port();
}

std::string Server::persistence() const {
    return parts_->options.database_file.empty() ? "in memory, gone when the server stops"
                                                 : "file " + parts_->options.database_file;
}

void Server::stop() {
    if (std::exchange(parts_->stopped, true)) return;
    for (const char* role : {"frontend", "history", "matching", "worker"}) {
        parts_->readiness.set(role, Readiness::State::draining, "the process stops");
    }
    if (parts_->listener) parts_->listener->stop(kStopGrace);
    wait_for(parts_->lanes.for_key(0), parts_->stop_roles());
    parts_->store->stop();
    parts_->lanes.stop();
    log::info("server stopped");
}

}  // namespace server::app
