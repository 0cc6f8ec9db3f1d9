#include "server/rpc/peer.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "server/rpc/call_headers.h"
#include "server/rpc/cluster_proof.h"
#include "server/rpc/message_codec.h"
#include "server/rpc/outgoing_call.h"
#include "server/rpc/port_refusal.h"

namespace server::rpc {

namespace {

int in_milliseconds(Duration duration) {
    return static_cast<int>(
        std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

// An address of numbers is dialled as it is; only a name is looked up.
std::string target_of(const std::string& address) {
    const auto colon = address.rfind(':');
    if (colon == std::string::npos) return "dns:///" + address;
    std::string host = address.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    boost::system::error_code error;
    const auto parsed = boost::asio::ip::make_address(host, error);
    if (error) return "dns:///" + address;
    return (parsed.is_v4() ? "ipv4:" : "ipv6:") + address;
}

grpc::ChannelArguments channel_arguments(const PeerLimits& limits) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(static_cast<int>(limits.message_bytes_max));
    arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, static_cast<int>(limits.header_bytes_max));
    // The least connect timeout, whatever gRPC calls it.
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, in_milliseconds(limits.connect_timeout));
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, in_milliseconds(limits.backoff_first));
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, in_milliseconds(limits.backoff_max));
    arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS,
                     in_milliseconds(limits.backoff_max));
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, in_milliseconds(limits.keepalive_interval));
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, in_milliseconds(limits.keepalive_timeout));
    arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);  // no limit
    arguments.SetInt(GRPC_ARG_CLIENT_IDLE_TIMEOUT_MS, in_milliseconds(limits.connection_idle_max));
    // The caller repeats a call, on the host that is right by then.
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
    // Dropping a peer closes its connection, and nothing from outside changes where a call goes.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
    return arguments;
}

}  // namespace

Status OutgoingCalls::add(const std::shared_ptr<OutgoingCall>& call) {
    const std::lock_guard lock(mutex_);
    if (stopping_) return unavailable("the server is stopping");
    if (calls_.size() >= count_max_) {
        ResourceExhausted detail{ResourceExhausted::Cause::system_overloaded,
                                 ResourceExhausted::Scope::system};
        return {
            Code::ResourceExhausted,
            "the process has " + std::to_string(count_max_) + " open calls to others, its maximum",
            detail};
    }
    calls_.emplace(call.get(), call);
    return {};
}

void OutgoingCalls::remove(const OutgoingCall& call) {
    const std::lock_guard lock(mutex_);
    calls_.erase(&call);
    if (calls_.empty()) none_left_.notify_all();
}

void OutgoingCalls::stop() {
    std::vector<std::shared_ptr<OutgoingCall>> open;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const auto& [key, call] : calls_) open.push_back(call.lock());
    }
    for (const auto& call : open) {
        if (call) call->cancel(OutgoingCall::Ended::by_stop);
    }
    open.clear();
    std::unique_lock lock(mutex_);
    none_left_.wait(lock, [this] { return calls_.empty(); });
}

std::size_t OutgoingCalls::count() const {
    const std::lock_guard lock(mutex_);
    return calls_.size();
}

Peer::Peer(std::string address, Shared& shared)
    : address_(std::move(address)), shared_(shared),
      connection_(std::make_shared<PeerConnection>(
          grpc::CreateCustomChannel(target_of(address_), grpc::InsecureChannelCredentials(),
                                    channel_arguments(shared.limits)))) {}

Peer::~Peer() = default;

Async<Result<MethodTable::MessagePtr>> Peer::call(const google::protobuf::MethodDescriptor& method,
                                                  CallContext context,
                                                  const google::protobuf::Message& request,
                                                  const google::protobuf::Message& prototype) {
    using Outcome = OutgoingCall::Outcome;
    Shared& shared = shared_;  // the peer may be dropped meanwhile
    OutgoingCall::Spec spec{
        address_, "/" + method.service()->full_name() + "/" + method.name(), &prototype, {}};
    CO_TRY_ASSIGN(spec.request, serialize_message(request));
    const std::string proof = shared.prove ? shared.prove(spec.path, address_) : std::string();
    const auto call = std::make_shared<OutgoingCall>(std::move(spec), connection_);
    call->add_header(kProofHeader, proof);
    for (const auto& [name, field] : kContextHeaders) call->add_header(name, context.*field);
    if (context.deadline != kNever) call->set_timeout(context.deadline - shared.clock.now());
    CO_TRY(call->enter(shared.open_calls));
    std::function<void()> leave = [weak = std::weak_ptr(call)] {
        if (const auto open = weak.lock()) open->cancel(OutgoingCall::Ended::by_caller);
    };
    const auto subscription = context.cancellation->subscribe_inline(std::move(leave));
    auto start = [&](Resume<Outcome> resume) { call->start(std::move(resume)); };
    co_return co_await suspend<Outcome>(std::move(start));
}

Peers::Peers(Clock& clock, Options options)
    : shared_{clock, options.limits, std::move(options.prove),
              OutgoingCalls(options.limits.open_calls_max)} {}

Peers::~Peers() { stop(); }

std::shared_ptr<Peer> Peers::to(const std::string& address) {
    const std::lock_guard lock(mutex_);
    const auto found = peers_.find(address);
    if (found != peers_.end()) {
        found->second.last_used = ++uses_;
        return found->second.peer;
    }
    if (peers_.size() >= shared_.limits.peers_max) {
        const auto oldest =
            std::min_element(peers_.begin(), peers_.end(), [](const auto& left, const auto& right) {
                return left.second.last_used < right.second.last_used;
            });
        retire(oldest->second.peer->connection());
        peers_.erase(oldest);
    }
    auto peer = std::make_shared<Peer>(address, shared_);
    peers_.emplace(address, Entry{peer, ++uses_});
    return peer;
}

// Its open calls need it until they end.
void Peers::retire(const std::shared_ptr<PeerConnection>& connection) {
    std::erase_if(retired_, [](const auto& retired) { return retired.use_count() == 1; });
    retired_.push_back(connection);
}

std::size_t Peers::size() const {
    const std::lock_guard lock(mutex_);
    return peers_.size();
}

Async<Result<MethodTable::MessagePtr>> Peers::call(std::string address,
                                                   const google::protobuf::MethodDescriptor& method,
                                                   CallContext context,
                                                   const google::protobuf::Message& request,
                                                   const google::protobuf::Message& prototype) {
    const std::shared_ptr<Peer> peer = to(address);
    auto call = peer->call(method, std::move(context), request, prototype);
    co_return co_await std::move(call);
}

Async<bool> Peers::refuses_connections(std::string address) {
    return port_refuses(shared_.clock, std::move(address), kProbeTimeout);
}

void Peers::stop() { shared_.open_calls.stop(); }

}  // namespace server::rpc
