#include "server/rpc/health.h"

#include "grpc/health/v1/health.pb.h"

namespace server::rpc {

namespace {

using HealthRequest = ::grpc::health::v1::HealthCheckRequest;
using HealthResponse = ::grpc::health::v1::HealthCheckResponse;

Async<Result<HealthResponse>> check_health(const Health& health, HealthRequest request) {
    const auto serving = health.find(request.service());
    if (!serving) co_return Status(Code::NotFound, "unknown service " + request.service());
    HealthResponse response;
    response.set_status(*serving ? HealthResponse::SERVING : HealthResponse::NOT_SERVING);
    co_return response;
}

}  // namespace

void Health::set(std::string service, bool serving) {
    const std::lock_guard lock(mutex_);
    serving_[std::move(service)] = serving;
}

void Health::set_draining() {
    const std::lock_guard lock(mutex_);
    draining_ = true;
}

std::optional<bool> Health::find(const std::string& service) const {
    const std::lock_guard lock(mutex_);
    const auto found = serving_.find(service);
    if (found == serving_.end()) return std::nullopt;
    return found->second && !draining_;
}

void Health::register_methods(MethodTable& table) {
    table.add<HealthRequest, HealthResponse>("Check", [this](CallContext, HealthRequest request) {
        return check_health(*this, std::move(request));
    });
}

}  // namespace server::rpc
