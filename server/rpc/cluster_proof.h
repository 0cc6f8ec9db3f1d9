#pragma once
// Internal calls prove that they come from the cluster they are for. The addresses of hosts are
// reused: without this a process with an old view of its cluster would call into another one.
//
//   internal-call-proof: 1 <cluster id> <unix seconds> <address as dialled> <hex HMAC-SHA256>
//
// The MAC is keyed by the secret of the cluster's database and covers the other fields and the
// method, so what was sent to one process is worth nothing to another. It does not cover the body
// and hides nothing: that is the work of TLS. The time is coarse, so one MAC serves all calls of a
// method to a peer for a while, on both sides.

#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "server/rpc/call_headers.h"
#include "server/runtime/clock.h"

namespace server::rpc {

inline constexpr char kProofHeader[] = "internal-call-proof";

// Any thread. Outlives the listeners and the peers that use it.
class ClusterProof {
public:
    // Clocks of hosts may differ by so much; a proof that was overheard is worth as much time.
    static constexpr Duration kClockSkewMax = 5min;

    // `secret` is that of store::ClusterIdentity, never empty.
    ClusterProof(std::string cluster_id, std::string secret, Clock& clock);

    // The header's value for a call of `path` ("/package.Service/Method") on the process dialled as
    // `address`.
    std::string make(std::string_view path, std::string_view address);

    // PermissionDenied, naming the cause, unless the call was made for this cluster and for the
    // process that others dial as `own_address` (empty: not checked).
    Status check(const CallHeaders& headers, std::string_view path, std::string_view own_address);
    // The same, as a listener takes it.
    Authenticate guard(std::string own_address);

    // How many calls check() has refused.
    std::uint64_t refusals() const { return refusals_.load(std::memory_order_relaxed); }

    // The answer of a peer that refused our proof, as our own caller should see it: nobody of our
    // cluster is there (PeerUnreachable), or something is wrong that an operator has to mend.
    // Nothing when `answer` is another one.
    static std::optional<Status> refusal_for_caller(const Status& answer,
                                                    const std::string& address);

private:
    struct Fields;

    Status judge(std::string_view header, std::string_view path, std::string_view own_address);
    Status judge_mac(const Fields& fields, std::string_view path);
    std::string mac(std::string_view text) const;
    void log_once(const Status& refusal, const CallHeaders& headers, std::string_view path);
    void forget_old();  // with mutex_ held

    const std::string cluster_id_;
    const std::string secret_;
    Clock& clock_;
    std::atomic<std::uint64_t> refusals_ = 0;

    std::mutex mutex_;
    std::int64_t period_ = 0;                                // of the caches below
    std::unordered_map<std::string, std::string> made_;      // path and address → header
    std::unordered_map<std::string, std::string> accepted_;  // what the MAC covers → its MAC
    std::set<std::string> logged_;
    TimePoint logged_since_;
};

}  // namespace server::rpc
