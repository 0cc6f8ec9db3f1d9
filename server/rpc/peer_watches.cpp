#include "server/rpc/peer_watches.h"

namespace server::rpc {

Async<Result<role::v1::WatchResponse>> PeerWatches::watch(std::string address,
                                                          role::v1::WatchRequest request,
                                                          TimePoint deadline,
                                                          std::shared_ptr<Cancellation> stop) {
    CallContext context;
    context.deadline = deadline;
    context.cancellation = stop;
    RemoteClusterPeer remote(network_, address);
    auto call = remote.watch(std::move(context), std::move(request));
    Result<role::v1::WatchResponse> answer = co_await std::move(call);
    const Status status = answer.status();
    if (status.code() != Code::Unavailable || stop->cancelled()) co_return answer;
    if (status.detail<PeerUnreachable>() == nullptr) {
        co_return Status(Code::Aborted, status.message());
    }
    const bool refused = co_await network_.refuses_connections(address);
    if (refused) co_return answer;
    co_return Status(Code::DeadlineExceeded, address + " does not answer: " + status.message());
}

}  // namespace server::rpc
