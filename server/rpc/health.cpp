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
    tell_all();
}

void Health::set_draining() {
    const std::lock_guard lock(mutex_);
    draining_ = true;
    tell_all();
}

std::optional<bool> Health::find(const std::string& service) const {
    const std::lock_guard lock(mutex_);
    return find_locked(service);
}

std::optional<bool> Health::find_locked(const std::string& service) const {
    const auto found = serving_.find(service);
    if (found == serving_.end()) return std::nullopt;
    return found->second && !draining_;
}

void Health::tell_all() {
    for (const auto& [service, watcher] : watchers_) watcher->changed(find_locked(service));
}

bool Health::add_watcher(const std::string& service, Watcher& watcher) {
    const std::lock_guard lock(mutex_);
    if (ended_ || watchers_.size() >= kWatchersMax) return false;
    watchers_.emplace(service, &watcher);
    watcher.changed(find_locked(service));
    return true;
}

void Health::remove_watcher(const std::string& service, Watcher& watcher) {
    const std::lock_guard lock(mutex_);
    watchers_.erase({service, &watcher});
    if (watchers_.empty()) unwatched_.notify_all();
}

void Health::end_watches() {
    set_draining();
    const std::lock_guard lock(mutex_);
    ended_ = true;
    for (const auto& [service, watcher] : watchers_) watcher->end();
}

void Health::wait_until_unwatched(Duration time) {
    std::unique_lock lock(mutex_);
    unwatched_.wait_for(lock, time, [this] { return watchers_.empty(); });
}

void Health::register_methods(MethodTable& table) {
    table.add<HealthRequest, HealthResponse>("Check", [this](CallContext, HealthRequest request) {
        return check_health(*this, std::move(request));
    });
}

}  // namespace server::rpc
