#include "server/rpc/peer_watches.h"

namespace server::rpc {

Async<Result<role::v1::WatchResponse>> PeerWatches::watch(std::string address,
                                                          role::v1::WatchRequest request,
                                                          TimePoint deadline,
                                                          std::shared_ptr<Cancellation> stop) {
    CallContext context;
    context.deadline = deadline;
    context.cancellation = std::move(stop);
    RemoteClusterPeer remote(peers_, std::move(address));
    auto answer = co_await remote.watch(std::move(context), std::move(request));
    const Status status = answer.status();
    if (status.code() == Code::Unavailable && status.detail<PeerUnreachable>() == nullptr) {
        co_return Status(Code::Aborted, status.message());
    }
    co_return answer;
}

}  // namespace server::rpc
