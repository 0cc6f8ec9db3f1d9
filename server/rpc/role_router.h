#pragma once
// Brings a call to the process that owns its key, and hides that owners change: while a shard or a
// partition moves, or its owner has just died, the call is tried again for a while with a fresh
// view of the members. Every call to a role may be repeated (history.h), so nothing is done twice.
//
//   answer of the callee                        then
//   Unavailable with OwnershipLost              read the members, pause, try the owner again
//   Unavailable with PeerUnreachable            the same: the peer may have died
//   anything else                               is the answer

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "server/cluster/membership.h"
#include "server/rpc/call_context.h"
#include "server/runtime/clock.h"

namespace server::rpc {

struct RoutingLimits {
    Duration pause_min = 5ms;
    Duration pause_max = 250ms;
    Duration repeat_for = 10s;  // longer than a take-over takes, shorter than most deadlines
};

// Whether a failure says that the callee is not the owner, or is gone.
bool owner_has_changed(const Status& status);

// `Interface` is History or Matching. Any lane.
template <class Interface>
class RoleRouter {
public:
    // The role of another process, by its address.
    using Connect = std::function<std::shared_ptr<Interface>(const std::string& address)>;
    template <class Response, class Request>
    using Method = Async<Result<Response>> (Interface::*)(CallContext, Request);

    RoleRouter(cluster::Membership& membership, Clock& clock, Role role, Connect connect,
               RoutingLimits limits = {})
        : membership_(membership), clock_(clock), role_(role), connect_(std::move(connect)),
          limits_(limits) {}

    // The role of this process, which is called directly. Before the first call.
    void set_local(std::string address, Interface& local) {
        local_address_ = std::move(address);
        local_ = &local;
    }

    template <class Response, class Request>
    Async<Result<Response>> call(Method<Response, Request> method, std::string key,
                                 CallContext context, Request request) {
        const TimePoint latest =
            std::min(context.deadline, saturating_add(clock_.now(), limits_.repeat_for));
        Duration pause = limits_.pause_min;
        for (;;) {
            const std::string owner = membership_.view()->ring(role_).find_owner(key);
            auto attempt = call_at<Response, Request>(method, owner, context, request);
            Result<Response> answer = co_await std::move(attempt);
            const bool too_late = saturating_add(clock_.now(), pause) >= latest;
            if (answer.ok() || !owner_has_changed(answer.status()) || too_late) co_return answer;
            if (stopping_ || context.cancellation->cancelled()) co_return answer;
            co_await membership_.refresh();
            co_await clock_.sleep_for(pause);
            pause = std::min(2 * pause, limits_.pause_max);
        }
    }

    // The process at this address, whatever it owns.
    template <class Response, class Request>
    Async<Result<Response>> call_at(Method<Response, Request> method, std::string address,
                                    CallContext context, Request request) {
        if (address.empty()) co_return nobody();
        if (local_ != nullptr && address == local_address_) {
            auto call = (local_->*method)(std::move(context), std::move(request));
            co_return co_await std::move(call);
        }
        const std::shared_ptr<Interface> remote = connect_(address);
        auto call = ((*remote).*method)(std::move(context), std::move(request));
        co_return co_await std::move(call);
    }

    // The role of this process where it owns the key; null otherwise.
    Interface* find_local(const std::string& key) const {
        if (local_ == nullptr || stopping_) return nullptr;
        const bool is_owner = membership_.view()->ring(role_).find_owner(key) == local_address_;
        return is_owner ? local_ : nullptr;
    }

    // This process stops: from now on every answer is final.
    void stop() { stopping_ = true; }

    const cluster::Ring& ring(const cluster::View& view) const { return view.ring(role_); }
    cluster::ViewPtr view() const { return membership_.view(); }

private:
    Status nobody() const {
        return {Code::Unavailable,
                "no " + std::string(to_string(role_)) +
                    " process is in the cluster: start one, or wait until it has started",
                OwnershipLost{}};
    }

    cluster::Membership& membership_;
    Clock& clock_;
    const Role role_;
    const Connect connect_;
    const RoutingLimits limits_;
    std::atomic<bool> stopping_ = false;
    std::string local_address_;
    Interface* local_ = nullptr;
};

}  // namespace server::rpc
