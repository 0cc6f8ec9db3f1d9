#pragma once
// grpc.health.v1 Watch: a stream with the state of one service, now and at every change. A change
// that comes before the last one was sent replaces it. gRPC owns the object: it deletes itself in
// OnDone.

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <mutex>
#include <optional>
#include <string>

#include "server/rpc/health.h"

namespace server::rpc {

class HealthWatch final : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                          private Health::Watcher {
public:
    static grpc::ServerWriteReactor<grpc::ByteBuffer>* start(Health& health,
                                                             const grpc::ByteBuffer& request);

private:
    HealthWatch(Health& health, std::string service)
        : health_(health), service_(std::move(service)) {}

    void changed(std::optional<bool> serving) override;
    void end() override;

    void OnWriteDone(bool sent) override;
    void OnCancel() override;
    void OnDone() override;

    void write_if_due();  // with mutex_ held, as the next one
    void finish(grpc::Status status);

    Health& health_;
    const std::string service_;
    std::mutex mutex_;
    int wanted_ = -1;  // HealthCheckResponse.ServingStatus
    int sent_ = -1;
    bool writing_ = false;
    bool finished_ = false;
    std::optional<grpc::Status> finish_after_write_;
    grpc::ByteBuffer buffer_;
};

}  // namespace server::rpc
