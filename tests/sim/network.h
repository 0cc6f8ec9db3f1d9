#pragma once
// The network of a simulated cluster. Messages are copied, so that nothing is shared, and take
// time; what a real one does to a caller, this one does:
//
//   the callee's process has ended    refused: PeerUnreachable
//   it ends while it works            the connection breaks: PeerUnreachable
//   a message is lost                 the connection breaks after a while: PeerUnreachable. The
//                                     callee has not seen the request, or it has done the work
//   the two hosts are cut apart       silence; open calls break after kSilence
//   the caller's process has ended    its calls end, and the callee is told that it has gone
//
// Nothing is delivered twice: a stream does not repeat itself. One event loop, one thread.

#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/rpc/network.h"
#include "server/runtime/alarm.h"
#include "server/runtime/lane.h"
#include "server/runtime/random.h"
#include "tests/sim/trace.h"

namespace server::sim {

struct Weather {
    Duration delay_max{};      // of a message
    int lost_in_thousand = 0;  // messages
};

class Network {
public:
    // A connection that says nothing for so long is broken (rpc::PeerLimits, keepalive).
    static constexpr Duration kSilence = 15s;

    // The network as one process has it. It outlives the calls through it and to it.
    class End final : public rpc::Network {
    public:
        End(sim::Network& network, std::string host) : network_(network), host_(std::move(host)) {}
        ~End() override;

        // Serves the tables at `address` from now on.
        void listen(const std::string& address, std::vector<const rpc::MethodTable*> tables);
        // Serves no more: calls that are open break, whoever calls is refused.
        void close();
        // The process is no more: whoever calls it is refused, and nothing that it says arrives.
        void die();
        // How many of its handlers run.
        int serving() const { return serving_; }

        Async<Result<rpc::MethodTable::MessagePtr>> call(
            std::string address, const google::protobuf::MethodDescriptor& method,
            rpc::CallContext context, const google::protobuf::Message& request,
            const google::protobuf::Message& prototype) override;
        Async<bool> refuses_connections(std::string address) override;

    private:
        friend class sim::Network;
        sim::Network& network_;
        const std::string host_;
        bool dead_ = false;
        int serving_ = 0;
    };

    // All of them outlive it.
    Network(Clock& clock, Random& random, Lane& lane, Trace& trace)
        : clock_(clock), random_(random), lane_(lane), trace_(trace) {}

    Weather& weather() { return weather_; }
    // Of hosts, by name.
    void cut(const std::string& one, const std::string& other);
    void heal(const std::string& one, const std::string& other);
    void heal_all();

private:
    using Outcome = Result<rpc::MethodTable::MessagePtr>;
    struct Listener {
        End* end = nullptr;
        std::vector<const rpc::MethodTable*> tables;
    };
    struct Call;
    using CallPtr = std::shared_ptr<Call>;

    Async<Outcome> call(End& from, std::string address,
                        const google::protobuf::MethodDescriptor& method, rpc::CallContext context,
                        const google::protobuf::Message& request);
    // The way there, the work, and the way back.
    Async<void> carry(CallPtr call, rpc::CallContext context, rpc::MethodTable::MessagePtr request);
    // False when the message does not arrive; the call has then ended.
    Async<bool> travel(CallPtr call);
    Async<void> break_if_still_cut(std::pair<std::string, std::string> hosts, int cut);
    void break_calls_between(const std::pair<std::string, std::string>& hosts);
    void close(const End& end);
    void end_calls_of(const End& end);

    const Listener* find(const std::string& address) const;
    bool is_cut(const std::string& one, const std::string& other) const;
    Duration some_time(Duration longest);

    Clock& clock_;
    Random& random_;
    Lane& lane_;
    Trace& trace_;
    Weather weather_;
    std::map<std::string, Listener> listeners_;  // by address
    std::map<std::pair<std::string, std::string>, int> cuts_;
    int cuts_made_ = 0;
    std::list<CallPtr> open_calls_;
};

}  // namespace server::sim
