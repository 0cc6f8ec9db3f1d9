#include "server/rpc/health_watch.h"

#include "grpc/health/v1/health.pb.h"
#include "server/rpc/message_codec.h"

namespace server::rpc {

namespace {

using WatchAnswer = ::grpc::health::v1::HealthCheckResponse;

int wire_status(std::optional<bool> serving) {
    if (!serving) return WatchAnswer::SERVICE_UNKNOWN;
    return *serving ? WatchAnswer::SERVING : WatchAnswer::NOT_SERVING;
}

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* HealthWatch::start(Health& health,
                                                               const grpc::ByteBuffer& request) {
    ::grpc::health::v1::HealthCheckRequest asked;
    const bool readable = parse_message(request, asked);
    auto* watch = new HealthWatch(health, asked.service());
    if (!readable) {
        const std::lock_guard lock(watch->mutex_);
        watch->finish(
            {grpc::StatusCode::INVALID_ARGUMENT,
             "grpc: error unmarshalling request: the bytes are not a " + asked.GetTypeName()});
    } else if (!health.add_watcher(asked.service(), *watch)) {
        const std::lock_guard lock(watch->mutex_);
        watch->finish({grpc::StatusCode::RESOURCE_EXHAUSTED,
                       "too many health watches, or the server is stopping"});
    }
    return watch;
}

void HealthWatch::changed(std::optional<bool> serving) {
    const std::lock_guard lock(mutex_);
    wanted_ = wire_status(serving);
    write_if_due();
}

void HealthWatch::end() {
    const std::lock_guard lock(mutex_);
    finish({grpc::StatusCode::UNAVAILABLE, "the server is stopping"});
}

void HealthWatch::write_if_due() {
    if (writing_ || finished_ || wanted_ == sent_) return;
    WatchAnswer answer;
    answer.set_status(static_cast<WatchAnswer::ServingStatus>(wanted_));
    auto bytes = serialize_message(answer);
    if (!bytes.ok()) return finish({grpc::StatusCode::INTERNAL, bytes.status().message()});
    sent_ = wanted_;
    writing_ = true;
    buffer_ = std::move(bytes).value();
    StartWrite(&buffer_);
}

// gRPC wants the end of a write before the end of the stream.
void HealthWatch::finish(grpc::Status status) {
    if (finished_) return;
    if (writing_) {
        finish_after_write_ = std::move(status);
        return;
    }
    finished_ = true;
    Finish(std::move(status));
}

void HealthWatch::OnWriteDone(bool sent) {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    if (!sent) return finish(grpc::Status::CANCELLED);
    write_if_due();
    if (finish_after_write_) finish(*std::exchange(finish_after_write_, std::nullopt));
}

void HealthWatch::OnCancel() {
    const std::lock_guard lock(mutex_);
    finish(grpc::Status::CANCELLED);
}

void HealthWatch::OnDone() {
    health_.remove_watcher(service_, *this);
    delete this;
}

}  // namespace server::rpc
