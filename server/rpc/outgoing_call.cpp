#include "server/rpc/outgoing_call.h"

#include <grpc/support/time.h>

#include <algorithm>

#include "server/rpc/cluster_proof.h"
#include "server/rpc/failure_codec.h"
#include "server/rpc/message_codec.h"
#include "server/rpc/peer.h"

namespace server::rpc {

namespace {

// gRPC asserts on a header value with other characters, and ends the whole connection when the
// headers of one call are too large. Nobody needs such a value.
constexpr std::size_t kHeaderValueBytesMax = 4096;

bool is_header_value(std::string_view value) {
    if (value.empty() || value.size() > kHeaderValueBytesMax) return false;
    return std::all_of(value.begin(), value.end(),
                       [](char letter) { return letter >= ' ' && letter <= '~'; });
}

}  // namespace

OpenCall::~OpenCall() {
    if (calls_) calls_->remove(*call_);
}

Status OpenCall::enter(OutgoingCalls& calls, const std::shared_ptr<OutgoingCall>& call) {
    TRY(calls.add(call));
    calls_ = &calls;
    call_ = call.get();
    return {};
}

void OutgoingCall::add_header(std::string_view name, const std::string& value) {
    if (!is_header_value(value)) return;
    context_.AddMetadata(std::string(name), value);
}

// A span, not a time: clocks that are set do not matter.
void OutgoingCall::set_timeout(Duration timeout) {
    context_.set_deadline(gpr_time_from_nanos(timeout.count(), GPR_TIMESPAN));
}

void OutgoingCall::start(Resume<Outcome> resume) {
    resume_ = std::move(resume);
    self_ = shared_from_this();
    connection_->stub.PrepareUnaryCall(&context_, spec_.path, grpc::StubOptions(), &spec_.request,
                                       &response_, this);
    StartCall();
}

void OutgoingCall::cancel(Ended why) {
    Ended expected = Ended::no;
    ended_.compare_exchange_strong(expected, why);
    context_.TryCancel();
}

void OutgoingCall::OnDone(const grpc::Status& status) {
    const auto self = std::exchange(self_, nullptr);
    std::exchange(resume_, nullptr)(outcome_of(status));
}

OutgoingCall::Outcome OutgoingCall::outcome_of(const grpc::Status& status) {
    if (!status.ok()) {
        const auto answered = from_callee(status);
        if (!answered) return transport_failure(status);
        return ClusterProof::refusal_for_caller(*answered, spec_.address).value_or(*answered);
    }
    MethodTable::MessagePtr message(spec_.prototype->New());
    if (!parse_message(response_, *message)) {
        return internal_error("the answer of " + spec_.address + " to " + spec_.path +
                              " is not a " + message->GetTypeName());
    }
    return message;
}

Status OutgoingCall::transport_failure(const grpc::Status& status) const {
    switch (ended_.load()) {
    case Ended::no: break;
    case Ended::by_stop: return unavailable("the server is stopping");
    case Ended::by_caller: return {Code::Cancelled, "the caller has gone: " + spec_.path};
    }
    const Code code = static_cast<Code>(status.error_code());
    const std::string where = spec_.address + " to " + spec_.path;
    switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::INTERNAL:
        return {Code::Unavailable, "no answer of " + where + ": " + status.error_message(),
                PeerUnreachable{spec_.address}};
    case grpc::StatusCode::DEADLINE_EXCEEDED:
        return {code, "no answer of " + where + " before the deadline of the call"};
    default: return {code, "the call of " + where + " failed: " + status.error_message()};
    }
}

}  // namespace server::rpc
