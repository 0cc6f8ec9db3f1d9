#include "server/rpc/grpc_server.h"

#include <absl/synchronization/mutex.h>
#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <deque>
#include <mutex>

#include "server/rpc/connections.h"
#include "server/rpc/health_watch.h"
#include "server/rpc/message_codec.h"
#include "server/rpc/port_probe.h"
#include "server/rpc/unary_call.h"
#include "server/telemetry/log.h"

namespace server::rpc {

namespace {

// Reflection is served by gRPC's own synchronous code: one thread per open reflection stream, up to
// this many.
constexpr int kReflectionThreadsMax = 4;

// Within a stop's grace: how long clients may take to read their last answers and to close.
constexpr Duration kClosePatience = 500ms;

int milliseconds(Duration duration) {
    return static_cast<int>(
        std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

void apply_limits(grpc::ServerBuilder& builder, const TransportLimits& limits) {
    builder.SetMaxReceiveMessageSize(static_cast<int>(limits.wire_message_bytes_max));
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // a taken port is an error
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE,
                               static_cast<int>(limits.header_bytes_max));
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                               static_cast<int>(limits.streams_per_connection_max));
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                               milliseconds(limits.ping_interval_min));
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, milliseconds(limits.keepalive_interval));
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                               milliseconds(limits.keepalive_timeout));
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS,
                               milliseconds(limits.connection_idle_max));
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS,
                               milliseconds(limits.connection_age_max));
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                               milliseconds(limits.connection_age_grace));
    grpc::ResourceQuota quota("listener");
    quota.Resize(limits.memory_bytes_max);
    quota.SetMaxThreads(kReflectionThreadsMax);
    builder.SetResourceQuota(quota);
    builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
    builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
    builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 1);
}

// gRPC writes about single connections; that is at most a warning here.
void log_grpc(gpr_log_func_args* entry) {
    if (entry->severity != GPR_LOG_SEVERITY_ERROR) return;
    log::warn("gRPC complains", {{"message", entry->message}});
}

// Process-wide settings of the libraries, before the first listener.
void prepare_libraries() {
    static std::once_flag once;
    std::call_once(once, [] {
        keep_protobuf_log_quiet();
        gpr_set_log_function(log_grpc);
        // Debian's build of the library behind gRPC's locks looks every lock up in a graph of all.
        absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
        grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    });
}

// The words of grpc-go, which SDKs look for.
std::string unknown_method(const std::string& path,
                           const std::vector<const MethodTable*>& services) {
    const auto slash = path.rfind('/');
    if (path.empty() || path[0] != '/' || slash == 0) return "malformed method name: " + path;
    const std::string service = path.substr(1, slash - 1);
    const std::string method = path.substr(slash + 1);
    for (const MethodTable* table : services) {
        if (table->service().full_name() == service) {
            return "unknown method " + method + " for service " + service;
        }
    }
    return "unknown service " + service;
}

}  // namespace

// One published service. gRPC keeps pointers to the method names, so they live here.
class GrpcServer::TableService final : public grpc::Service {
public:
    TableService(const MethodTable& table, CallHost& host, const Authenticate* authenticate) {
        const auto& service = table.service();
        for (int index = 0; index < service.method_count(); ++index) {
            const auto* descriptor = service.method(index);
            const std::string path = "/" + service.full_name() + "/" + descriptor->name();
            methods_.push_back({descriptor, table.find(descriptor->name()), path, authenticate});
            AddMethod(new grpc::internal::RpcServiceMethod(
                methods_.back().path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
            MarkMethodRawCallback(index, raw_handler(host, methods_.back()));
        }
    }

private:
    using Bytes = grpc::ByteBuffer;

    static grpc::internal::MethodHandler* raw_handler(CallHost& host, const ServedMethod& method) {
        return new grpc::internal::CallbackUnaryHandler<Bytes, Bytes>(
            [&host, &method](grpc::CallbackServerContext* context, const Bytes* request,
                             Bytes* response) {
                return UnaryCall::start(host, method, context, request, response);
            });
    }

    std::deque<ServedMethod> methods_;  // a deque: its elements stay where they are
};

// grpc.health.v1: the one service with a stream.
class GrpcServer::HealthService final : public grpc::Service {
public:
    HealthService(Health& health, const MethodTable& table, CallHost& host)
        : check_{table.service().FindMethodByName("Check"), table.find("Check"), kCheck} {
        using Bytes = grpc::ByteBuffer;
        AddMethod(new grpc::internal::RpcServiceMethod(
            kCheck, grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
        MarkMethodRawCallback(0, new grpc::internal::CallbackUnaryHandler<Bytes, Bytes>(
                                     [this, &host](grpc::CallbackServerContext* context,
                                                   const Bytes* request, Bytes* response) {
                                         return UnaryCall::start(host, check_, context, request,
                                                                 response);
                                     }));
        AddMethod(new grpc::internal::RpcServiceMethod(
            kWatch, grpc::internal::RpcMethod::SERVER_STREAMING, nullptr));
        MarkMethodRawCallback(1, new grpc::internal::CallbackServerStreamingHandler<Bytes, Bytes>(
                                     [&health](grpc::CallbackServerContext*, const Bytes* request) {
                                         return HealthWatch::start(health, *request);
                                     }));
    }

private:
    static constexpr char kCheck[] = "/grpc.health.v1.Health/Check";
    static constexpr char kWatch[] = "/grpc.health.v1.Health/Watch";
    const ServedMethod check_;
};

// Everything that is no method of a table.
class GrpcServer::UnknownMethods final : public grpc::CallbackGenericService {
public:
    explicit UnknownMethods(std::vector<const MethodTable*> services)
        : services_(std::move(services)) {}

private:
    class Refusal final : public grpc::ServerGenericBidiReactor {
    public:
        explicit Refusal(std::string message) {
            Finish({grpc::StatusCode::UNIMPLEMENTED, std::move(message)});
        }
        void OnDone() override { delete this; }
    };

    grpc::ServerGenericBidiReactor* CreateReactor(
        grpc::GenericCallbackServerContext* context) override {
        return new Refusal(unknown_method(context->method(), services_));
    }

    const std::vector<const MethodTable*> services_;
};

// Lives as long as any call.
struct GrpcServer::Parts {
    Parts(const Options& options, Lanes& lanes, Clock& clock, Health& health,
          const MethodTable& health_table)
        : host{lanes, clock, options.audience, options.limits.message_bytes_max,
               OpenCalls(options.limits.open_calls_max)},
          unknown_methods(known_to(options, health_table)),
          health_service(health, health_table, host) {
        const Authenticate* authenticate = options.authenticate ? &options.authenticate : nullptr;
        for (const MethodTable* table : options.services) {
            services.push_back(std::make_unique<TableService>(*table, host, authenticate));
        }
    }
    static std::vector<const MethodTable*> known_to(const Options& options,
                                                    const MethodTable& health_table) {
        std::vector<const MethodTable*> tables = options.services;
        tables.push_back(&health_table);
        return tables;
    }

    CallHost host;
    std::vector<std::unique_ptr<TableService>> services;
    UnknownMethods unknown_methods;
    HealthService health_service;
};

GrpcServer::GrpcServer(Options options, Lanes& lanes, Clock& clock)
    : options_(std::move(options)), clock_(clock), health_table_("grpc.health.v1.Health") {
    health_.register_methods(health_table_);
    if (options_.health_names.empty()) {
        for (const MethodTable* table : options_.services) {
            options_.health_names.push_back(table->service().full_name());
        }
    }
    for (const std::string& name : options_.health_names) health_.set(name, true);
    parts_ = std::make_unique<Parts>(options_, lanes, clock_, health_, health_table_);
}

Result<std::unique_ptr<GrpcServer>> GrpcServer::start(Options options, Lanes& lanes, Clock& clock) {
    prepare_libraries();
    std::unique_ptr<GrpcServer> server(new GrpcServer(std::move(options), lanes, clock));
    TRY(server->listen());
    return server;
}

Status GrpcServer::listen() {
    TRY(probe_port(options_.address));
    grpc::ServerBuilder builder;
    apply_limits(builder, options_.limits);
    builder.AddListeningPort(options_.address, grpc::InsecureServerCredentials(), &port_);
    for (const auto& service : parts_->services) builder.RegisterService(service.get());
    builder.RegisterService(&parts_->health_service);
    builder.RegisterCallbackGenericService(&parts_->unknown_methods);
    server_ = builder.BuildAndStart();
    if (!server_ || port_ == 0) {
        server_.reset();
        return failed_precondition("cannot listen on " + options_.address +
                                   ": another program took the port just now; try again");
    }
    return {};
}

std::size_t GrpcServer::open_calls() const { return parts_->host.open_calls.count(); }

void GrpcServer::stop(Duration grace) {
    if (!server_) return;
    const TimePoint latest = clock_.now() + grace;
    health_.end_watches();
    parts_->host.open_calls.stop();
    parts_->host.open_calls.wait_until_none(grace);
    health_.wait_until_unwatched(latest - clock_.now());
    end_connections(port_, std::min<Duration>(kClosePatience, latest - clock_.now()));
    server_->Shutdown(clock_.now());
    server_->Wait();
    server_.reset();
}

GrpcServer::~GrpcServer() { stop(Duration::zero()); }

}  // namespace server::rpc
