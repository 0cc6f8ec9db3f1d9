#include "server/rpc/cluster_proof.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <charconv>
#include <optional>

#include "server/base/mutant.h"
#include "server/telemetry/log.h"

namespace server::rpc {

namespace {

constexpr std::string_view kProofVersion = "1";
constexpr std::int64_t kPeriodSeconds = 30;
// A caller cannot make the cache of accepted proofs grow: the time, the address and the method are
// covered by the MAC. This many are 30 s of every method for every listener and skewed clock.
constexpr std::size_t kAcceptedMax = 10'000;
constexpr std::size_t kLoggedMax = 16;
constexpr Duration kLoggedFor = 10min;

// Reasons of PermissionDenied.
constexpr char kNotForUs[] = "internal call for another process";
constexpr char kNoProof[] = "internal call without a valid proof";

Status refuse(const char* reason, std::string message) {
    return {Code::PermissionDenied, std::move(message), PermissionDenied{reason}};
}

std::int64_t seconds_of(TimePoint time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

// What the MAC covers. A header value has no line break, so the fields cannot run into each other.
std::string covered(std::string_view cluster_id, std::string_view seconds, std::string_view address,
                    std::string_view path) {
    std::string text = "temporal internal call\n";
    for (const std::string_view field : {kProofVersion, cluster_id, seconds, address, path}) {
        text.append(field).append("\n");
    }
    return text;
}

// Up to the next blank, which is taken as well.
std::string_view take_word(std::string_view& text) {
    const auto blank = text.find(' ');
    const std::string_view word = text.substr(0, blank);
    text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
    return word;
}

}  // namespace

struct ClusterProof::Fields {
    std::string_view cluster_id;
    std::string_view seconds;
    std::string_view address;
    std::string_view mac;
    std::int64_t time = 0;

    static std::optional<Fields> parse(std::string_view header) {
        if (take_word(header) != kProofVersion) return std::nullopt;
        Fields fields;
        fields.cluster_id = take_word(header);
        fields.seconds = take_word(header);
        fields.address = take_word(header);
        fields.mac = header;  // the rest
        const char* const end = fields.seconds.data() + fields.seconds.size();
        const auto [parsed, error] = std::from_chars(fields.seconds.data(), end, fields.time);
        if (error != std::errc{} || parsed != end || fields.mac.empty()) return std::nullopt;
        return fields;
    }
};

ClusterProof::ClusterProof(std::string cluster_id, std::string secret, Clock& clock)
    : cluster_id_(std::move(cluster_id)), secret_(std::move(secret)), clock_(clock),
      logged_since_(clock.now()) {
    ASSERT(!secret_.empty(), "a cluster of several processes has a secret");
}

std::string ClusterProof::mac(std::string_view text) const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned int size = 0;
    const auto* made = HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
                            reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                            digest.data(), &size);
    ASSERT(made != nullptr, "HMAC-SHA256 failed");
    constexpr char kDigits[] = "0123456789abcdef";
    std::string hex;
    for (unsigned int index = 0; index < size; ++index) {
        hex += kDigits[digest[index] >> 4];
        hex += kDigits[digest[index] & 15];
    }
    return hex;
}

// The caches hold what belongs to the present period, more or less: they are emptied at its end.
void ClusterProof::forget_old() {
    const std::int64_t period = seconds_of(clock_.now()) / kPeriodSeconds;
    if (period == period_ && accepted_.size() < kAcceptedMax) return;
    period_ = period;
    made_.clear();
    accepted_.clear();
}

std::string ClusterProof::make(std::string_view path, std::string_view address) {
    const std::lock_guard lock(mutex_);
    forget_old();
    std::string key(path);
    key.append(" ").append(address);
    std::string& value = made_[key];
    if (!value.empty()) return value;
    const std::string seconds = std::to_string(period_ * kPeriodSeconds);
    const std::string digest = mac(covered(cluster_id_, seconds, address, path));
    value.append(kProofVersion).append(" ").append(cluster_id_).append(" ").append(seconds);
    value.append(" ").append(address).append(" ").append(digest);
    return value;
}

Status ClusterProof::check(const CallHeaders& headers, std::string_view path,
                           std::string_view own_address) {
    if (mutant("unproven_calls_served")) return {};
    const Status verdict = judge(headers.find(kProofHeader), path, own_address);
    if (verdict.ok()) return verdict;
    refusals_.fetch_add(1, std::memory_order_relaxed);
    log_once(verdict, headers, path);
    return verdict;
}

Status ClusterProof::judge(std::string_view header, std::string_view path,
                           std::string_view own_address) {
    if (header.empty()) {
        return refuse(kNoProof, "this port serves the processes of cluster " + cluster_id_ +
                                    " only, and the call has no " + kProofHeader +
                                    "; clients use the port of the frontend");
    }
    const auto fields = Fields::parse(header);
    if (!fields) {
        return refuse(kNoProof, std::string("the call's ") + kProofHeader +
                                    " cannot be read: is its sender of another version?");
    }
    if (fields->cluster_id != cluster_id_) {
        return refuse(kNotForUs, "this call is for cluster " + std::string(fields->cluster_id) +
                                     ", this process belongs to cluster " + cluster_id_ +
                                     ": the address " + std::string(fields->address) +
                                     " has changed hands");
    }
    TRY(judge_mac(*fields, path));
    if (!own_address.empty() && fields->address != own_address) {
        return refuse(kNotForUs, "this call is for the process at " + std::string(fields->address) +
                                     ", this one is at " + std::string(own_address));
    }
    const std::int64_t skew = fields->time - seconds_of(clock_.now());
    if (std::chrono::abs(std::chrono::seconds(skew)) > kClockSkewMax) {
        return refuse(kNoProof, "the caller's clock and this host's differ by " +
                                    std::to_string(skew) + " s, more than " +
                                    std::to_string(kClockSkewMax / 1s) +
                                    " s: set the clocks of the hosts (NTP)");
    }
    return {};
}

Status ClusterProof::judge_mac(const Fields& fields, std::string_view path) {
    const std::string text = covered(fields.cluster_id, fields.seconds, fields.address, path);
    std::string expected;
    {
        const std::lock_guard lock(mutex_);
        forget_old();
        const auto known = accepted_.find(text);
        if (known != accepted_.end()) expected = known->second;
    }
    const bool is_known = !expected.empty();
    if (!is_known) expected = mac(text);
    const bool right = fields.mac.size() == expected.size() &&
                       CRYPTO_memcmp(fields.mac.data(), expected.data(), expected.size()) == 0;
    if (!right) {
        return refuse(kNoProof,
                      "the call names cluster " + cluster_id_ +
                          ", but its MAC is not made with the secret of this cluster's database: "
                          "do caller and callee use the same one?");
    }
    if (!is_known) {
        const std::lock_guard lock(mutex_);
        accepted_.emplace(text, std::move(expected));
    }
    return {};
}

Authenticate ClusterProof::guard(std::string own_address) {
    return [this, own_address = std::move(own_address)](const CallHeaders& headers,
                                                        std::string_view path) {
        return check(headers, path, own_address);
    };
}

// Once per cause; who causes many different ones is silenced for a while.
void ClusterProof::log_once(const Status& refusal, const CallHeaders& headers,
                            std::string_view path) {
    {
        const std::lock_guard lock(mutex_);
        const TimePoint now = clock_.now();
        if (now - logged_since_ > kLoggedFor) {
            logged_.clear();
            logged_since_ = now;
        }
        if (logged_.size() >= kLoggedMax || !logged_.insert(refusal.message()).second) return;
    }
    log::warn(
        "internal call refused",
        {{"cause", refusal.message()}, {"caller", headers.caller_address()}, {"method", path}});
}

std::optional<Status> ClusterProof::refusal_for_caller(const Status& answer,
                                                       const std::string& address) {
    const auto* denied = answer.detail<PermissionDenied>();
    if (denied == nullptr) return std::nullopt;
    const std::string message = address + " refused an internal call: " + answer.message();
    if (denied->reason == kNotForUs) {
        return Status(Code::Unavailable, message, PeerUnreachable{address});
    }
    if (denied->reason == kNoProof) return unavailable(message);
    return std::nullopt;
}

}  // namespace server::rpc
