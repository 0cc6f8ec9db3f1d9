#include "server/app/server.h"

#include <algorithm>
#include <thread>

#include "server/app/address.h"
#include "server/app/dynamic_config.h"
#include "server/app/host.h"
#include "server/app/internal_calls.h"
#include "server/app/listeners.h"
#include "server/app/metrics_endpoint.h"
#include "server/app/operator_pages.h"
#include "server/app/process_metrics.h"
#include "server/app/wait_for.h"
#include "server/cluster/namespace_registry.h"
#include "server/config/history_shards.h"
#include "server/telemetry/log.h"

namespace server::app {

namespace {

constexpr Duration kStopGrace = 1s;  // for calls that are neither polls nor done

// One for every two processors: gRPC, the writers and a database beside us take the others, and a
// call that finds all it needs on one lane wakes no other thread (docs/performance.md).
std::size_t lane_count(const Options& options) {
    const std::size_t processors = std::thread::hardware_concurrency();
    const std::size_t wanted = options.lane_count == 0 ? processors / 2 : options.lane_count;
    return std::clamp(wanted, std::size_t{1}, kLanesMax);
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

// The file and the database must mean the same cluster: with another number of shards a workflow
// would be looked for in the wrong one.
Status check_identity(const Options& options, const store::ClusterIdentity& stored) {
    const bool same_count = stored.history_shard_count == options.history_shard_count;
    if (!options.identity_must_match) {
        if (!same_count) {
            log::info("the database keeps its number of history shards",
                      {{"history_shard_count", stored.history_shard_count}});
        }
        return ok_status();
    }
    if (!same_count) {
        return failed_precondition(config::other_history_shards(
            options.history_shard_count, to_string(options.store), stored.history_shard_count));
    }
    if (stored.cluster_name != options.cluster_name) {
        return failed_precondition(
            "clusterMetadata.currentClusterName is \"" + options.cluster_name +
            "\", and the database (" + to_string(options.store) + ") belongs to the cluster \"" +
            stored.cluster_name + "\"; set it to that, or use another database");
    }
    return ok_status();
}

void warn_of(const Options& options) {
    const auto frontend = options.roles.find(Role::frontend);
    if (frontend == options.roles.end() || is_loopback(frontend->second.ip)) return;
    log::warn("no authentication is built yet: who reaches the port may do everything",
              {{"address", host_and_port(frontend->second.ip, frontend->second.port)}});
}

std::map<Role, std::string> addresses_of(const Options& options) {
    std::map<Role, std::string> addresses;
    for (const auto& [role, endpoint] : options.roles) {
        addresses[role] = advertised_address(options, role);
    }
    return addresses;
}

}  // namespace

// Members are destroyed from the last to the first: who is referred to comes first.
struct Server::Parts {
    Parts(Options given, std::unique_ptr<DynamicConfig> values, std::unique_ptr<Lanes> made,
          std::unique_ptr<store::Store> opened)
        : options(std::move(given)), dynamic_config(std::move(values)), store(std::move(opened)),
          random(Random::seed_from_system()), host_id(random.uuid()), own_lanes(std::move(made)),
          lanes(*own_lanes), namespaces(store->namespaces(), clock, random),
          listeners(lanes, clock) {}

    Options options;
    std::unique_ptr<DynamicConfig> dynamic_config;
    std::unique_ptr<store::Store> store;
    SystemClock clock;
    Random random;
    const std::string host_id;  // of this process, until it ends
    telemetry::Registry metrics;
    Readiness readiness;
    std::unique_ptr<MetricsEndpoint> metrics_endpoint;
    std::unique_ptr<Lanes> own_lanes;
    Lanes& lanes;
    cluster::NamespaceRegistry namespaces;
    store::ClusterIdentity identity;
    std::unique_ptr<InternalCalls> calls;
    std::unique_ptr<Host> host;
    Listeners listeners;
    bool stopped = false;

    Async<Status> establish();
    Async<Status> make_namespaces();
    Async<Status> prepare();
    Async<void> leave();
    std::vector<store::MemberRecord> own_records() const;
    std::string scrape();
    Status listen();
    void set_readiness(Readiness::State state, const std::string& reason);
};

std::string Server::Parts::scrape() {
    update_process_metrics(metrics);
    const store::StoreCounters counters = store->counters();
    metrics.gauge("store_commits").set(static_cast<double>(counters.commits));
    metrics.gauge("store_writes").set(static_cast<double>(counters.writes));
    metrics.gauge("membership_changed_count")
        .set(static_cast<double>(host->membership().changes()));
    return metrics.to_text(options.metrics_presentation);
}

void Server::Parts::set_readiness(Readiness::State state, const std::string& reason) {
    for (const auto& [role, endpoint] : options.roles) {
        readiness.set(std::string(to_string(role)), state, reason);
    }
}

// The start.

Async<Status> Server::Parts::establish() {
    store::ClusterIdentity wanted;
    wanted.cluster_id = options.cluster_id.empty() ? random.uuid() : options.cluster_id;
    wanted.cluster_name = options.cluster_name;
    wanted.history_shard_count = options.history_shard_count;
    if (is_shared(options.store)) wanted.internal_secret = Random::secret_bytes(32);
    CO_TRY_ASSIGN(identity, co_await store->cluster_metadata().establish(std::move(wanted)));
    co_return check_identity(options, identity);
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

Async<Status> Server::Parts::prepare() {
    CO_TRY(co_await establish());
    CO_TRY(co_await make_namespaces());
    calls = std::make_unique<InternalCalls>(identity, clock);
    const Host::Environment environment{clock,      random,           lanes,  *store,
                                        namespaces, calls->network(), metrics};
    host = std::make_unique<Host>(environment, identity, host_id, addresses_of(options),
                                  dynamic_config->role_options());
    co_return ok_status();
}

Status Server::Parts::listen() {
    set_readiness(Readiness::State::starting, "joins the cluster");
    TRY(listeners.open(options, host->roles(), *calls));
    if (const auto port = listeners.frontend_port()) {
        options.roles.at(Role::frontend).port = *port;
        host->roles().frontend()->set_address(advertised_address(options, Role::frontend));
    }
    if (!options.metrics_port) return ok_status();
    MetricsEndpoint::Pages pages = operator_pages(
        options.metrics_path, [this] { return scrape(); }, readiness);
    TRY_ASSIGN(metrics_endpoint,
               MetricsEndpoint::start(options.metrics_ip, *options.metrics_port, std::move(pages)));
    return ok_status();
}

std::vector<store::MemberRecord> Server::Parts::own_records() const {
    std::vector<store::MemberRecord> records;
    for (const auto& [role, endpoint] : options.roles) {
        const std::string& host = options.advertised_host;
        store::MemberRecord record;
        record.host_id = host_id;
        record.role = role;
        record.address = advertised_address(options, role);
        record.membership_address =
            host_and_port(host.empty() ? endpoint.ip : host, endpoint.membership_port);
        records.push_back(std::move(record));
    }
    return records;
}

Result<std::unique_ptr<Server>> Server::start(Options options) {
    TRY_ASSIGN(auto values,
               DynamicConfig::open(options.dynamic_config_file, options.dynamic_values));
    TRY(check_ports(options));
    auto lanes = std::make_unique<Lanes>(lane_count(options));
    TRY_ASSIGN(auto store, open_store(options.store, *lanes));
    warn_of(options);
    auto parts_of_it = std::make_unique<Parts>(std::move(options), std::move(values),
                                               std::move(lanes), std::move(store));
    std::unique_ptr<Server> server(new Server(std::move(parts_of_it)));
    Parts& parts = *server->parts_;
    Lane& lane = parts.lanes.for_key(0);
    TRY(wait_for(lane, parts.prepare()));
    TRY(parts.listen());
    TRY(wait_for(lane, parts.host->join(parts.own_records())));
    lane.spawn(parts.dynamic_config->watch(
        parts.clock, lane, parts.options.dynamic_config_interval,
        [&parts](const RoleOptions& changed) { parts.host->roles().reconfigure(changed); }));
    parts.set_readiness(Readiness::State::serving, "");
    parts.metrics.counter("restarts").add();
    log::info("server started", {{"address", server->address()},
                                 {"store", server->persistence()},
                                 {"host_id", parts.host_id},
                                 {"cluster_id", parts.identity.cluster_id},
                                 {"history_shard_count", parts.identity.history_shard_count}});
    return server;
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { stop(); }

std::string Server::address() const {
    const auto& roles = parts_->options.roles;
    const auto frontend = roles.find(Role::frontend);
    const Endpoint& shown = frontend == roles.end() ? roles.begin()->second : frontend->second;
    return host_and_port(shown.ip, shown.port);
}

std::optional<std::uint16_t> Server::metrics_port() const {
    if (!parts_->metrics_endpoint) return std::nullopt;
    return parts_->metrics_endpoint->port();
}

std::string Server::persistence() const { return to_string(parts_->options.store); }

// The stop.

Async<void> Server::Parts::leave() {
    co_await dynamic_config->stop();
    if (host) co_await host->leave();
}

void Server::stop() {
    if (std::exchange(parts_->stopped, true)) return;
    Parts& parts = *parts_;
    Lane& lane = parts.lanes.for_key(0);
    parts.set_readiness(Readiness::State::draining, "the process stops");
    parts.listeners.set_draining();
    if (parts.host) wait_for(lane, parts.host->hand_over());
    parts.listeners.stop(kStopGrace);
    wait_for(lane, parts.leave());
    if (parts.calls) parts.calls->stop();
    parts.store->stop();
    parts.lanes.stop();
    log::info("server stopped");
}

}  // namespace server::app
