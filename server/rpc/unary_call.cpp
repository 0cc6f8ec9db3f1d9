#include "server/rpc/unary_call.h"

#include <grpc/support/time.h>
#include <grpcpp/server_context.h>

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/rpc/error_details.h"
#include "server/rpc/failure_codec.h"
#include "server/rpc/message_codec.h"
#include "server/telemetry/log.h"

namespace server::rpc {

namespace {

using Outcome = Result<MethodTable::MessagePtr>;

// Answers for a handler whose coroutine was destroyed instead of finished: its lane was stopped.
class AnswerGuard {
public:
    explicit AnswerGuard(std::function<void()> abandon) : abandon_(std::move(abandon)) {}
    AnswerGuard(const AnswerGuard&) = delete;
    AnswerGuard& operator=(const AnswerGuard&) = delete;
    ~AnswerGuard() {
        if (abandon_) abandon_();
    }
    void dismiss() { abandon_ = nullptr; }

private:
    std::function<void()> abandon_;
};

// The metadata of a call, as gRPC has it.
class GrpcHeaders final : public CallHeaders {
public:
    explicit GrpcHeaders(const grpc::CallbackServerContext& context) : context_(context) {}

    std::string_view find(std::string_view name) const override {
        const auto& headers = context_.client_metadata();
        const auto found = headers.find(grpc::string_ref(name.data(), name.size()));
        if (found == headers.end()) return {};
        return {found->second.data(), found->second.size()};
    }
    std::string caller_address() const override { return context_.peer(); }

private:
    const grpc::CallbackServerContext& context_;
};

// On our clock, whatever the wall clock of the machine was set to: gRPC counts on a monotonic one.
TimePoint deadline_of(gpr_timespec raw, Clock& clock) {
    const gpr_timespec deadline = gpr_convert_clock_type(raw, GPR_CLOCK_MONOTONIC);
    constexpr std::int64_t kNeverSeconds = 1'000'000'000;  // 30 years; the wire has up to 11,000
    const gpr_timespec left = gpr_time_sub(deadline, gpr_now(GPR_CLOCK_MONOTONIC));
    if (left.tv_sec > kNeverSeconds) return kNever;
    const Duration duration =
        std::chrono::seconds(left.tv_sec) + std::chrono::nanoseconds(left.tv_nsec);
    return saturating_add(clock.now(), duration);
}

Status defect(const ServedMethod& method, std::string_view what) {
    log::error("a handler threw", {{"method", method.descriptor->full_name()}, {"error", what}});
    return internal_error(method.descriptor->name() + " failed inside the server; its log has why");
}

}  // namespace

namespace {

// Between roles the caller then looks for another process; clients see Unavailable.
Status stopping() {
    return {Code::Unavailable, "this server is stopping, try again", OwnershipLost{}};
}

}  // namespace

Status OpenCalls::add(const UnaryCall& call, std::shared_ptr<Cancellation> cancellation) {
    const std::lock_guard lock(mutex_);
    if (stopping_) return stopping();
    if (calls_.size() >= count_max_) {
        ResourceExhausted detail{ResourceExhausted::Cause::system_overloaded,
                                 ResourceExhausted::Scope::system};
        return {Code::ResourceExhausted,
                "the server has " + std::to_string(count_max_) + " open calls, its maximum",
                detail};
    }
    calls_.emplace(&call, std::move(cancellation));
    return {};
}

void OpenCalls::remove(const UnaryCall& call) {
    const std::lock_guard lock(mutex_);
    calls_.erase(&call);
    if (calls_.empty()) none_left_.notify_all();
}

void OpenCalls::wait_until_none(Duration time) {
    std::unique_lock lock(mutex_);
    none_left_.wait_for(lock, time, [this] { return calls_.empty(); });
}

void OpenCalls::stop() {
    std::vector<std::shared_ptr<Cancellation>> open;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const auto& [call, cancellation] : calls_) open.push_back(cancellation);
    }
    // Who listens may end calls; remove() is not to wait for that on gRPC's threads.
    for (const auto& cancellation : open) cancellation->cancel();
}

std::size_t OpenCalls::count() const {
    const std::lock_guard lock(mutex_);
    return calls_.size();
}

grpc::ServerUnaryReactor* UnaryCall::start(CallHost& host, const ServedMethod& method,
                                           grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) {
    auto* call = new UnaryCall(host, method, context, response);
    const Status status = call->begin(*request);
    if (!status.ok()) call->fail(status);
    return call;
}

// Once this has returned success the call may be answered, even deleted, at any moment.
Status UnaryCall::begin(const grpc::ByteBuffer& request) {
    if (method_.authenticate != nullptr) {
        TRY((*method_.authenticate)(GrpcHeaders(*context_), method_.path));
    }
    if (method_.handler == nullptr) {
        return {Code::Unimplemented, "method " + method_.descriptor->name() + " not implemented"};
    }
    TRY(host_.open_calls.add(*this, cancellation_));
    TRY_ASSIGN(MethodTable::MessagePtr message,
               parse_request(*method_.descriptor->input_type(), request, host_.message_bytes_max));
    Lane& lane = host_.lanes.for_key(host_.next_lane.fetch_add(1, std::memory_order_relaxed));
    lane.spawn(run(this, std::move(message)));
    return {};
}

Async<void> UnaryCall::run(UnaryCall* call, MethodTable::MessagePtr request) {
    AnswerGuard guard([call] { call->fail(stopping()); });
    Outcome outcome = internal_error("unanswered");
    try {
        outcome = co_await call->handle(std::move(request));
    } catch (const std::exception& failure) {
        outcome = defect(call->method_, failure.what());
    } catch (...) {
        outcome = defect(call->method_, "an exception of unknown type");
    }
    guard.dismiss();
    call->answer(outcome);
}

Async<Outcome> UnaryCall::handle(MethodTable::MessagePtr request) {
    co_return co_await (*method_.handler)(call_context(), std::move(request));
}

CallContext UnaryCall::call_context() const {
    CallContext context;
    context.deadline = deadline_of(context_->raw_deadline(), host_.clock);
    context.cancellation = cancellation_;
    const GrpcHeaders headers(*context_);
    for (const auto& [name, field] : kContextHeaders) context.*field = headers.find(name);
    return context;
}

void UnaryCall::answer(const Outcome& outcome) {
    // Whoever has cancelled the call does not listen; one that was cancelled by our stop does.
    if (outcome.status().code() == Code::Cancelled) return fail(stopping());
    if (!outcome.ok()) return fail(outcome.status());
    auto bytes = serialize_message(**outcome);
    if (!bytes.ok()) return fail(bytes.status());
    response_->Swap(&bytes.value());
    Finish(grpc::Status::OK);
}

void UnaryCall::fail(const Status& status) {
    if (host_.audience == Audience::roles) return Finish(to_caller(status));
    for (const auto& [name, value] : response_headers(status)) {
        context_->AddInitialMetadata(name, value);
    }
    Finish(to_grpc(status));
}

void UnaryCall::OnDone() {
    host_.open_calls.remove(*this);
    delete this;
}

}  // namespace server::rpc
