#pragma once
// The one channel for failures a caller can meet: a gRPC code, a message that names the thing and
// the value, and at most one typed detail. Clients retry Unavailable, Aborted, Internal, Unknown
// and ResourceExhausted, so a permanent failure is never one of these.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "server/base/assert.h"
#include "server/base/error_details.h"

namespace server {

// Same numbers as grpc::StatusCode.
enum class Code {
    Ok = 0,
    Cancelled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
};

class [[nodiscard]] Status {
public:
    Status() = default;
    Status(Code code, std::string message) : code_(code), message_(std::move(message)) {}
    Status(Code code, std::string message, ErrorDetail detail)
        : code_(code), message_(std::move(message)),
          detail_(std::make_shared<const ErrorDetail>(std::move(detail))) {}

    bool ok() const { return code_ == Code::Ok; }
    Code code() const { return code_; }
    const std::string& message() const { return message_; }

    // Null when the status carries no detail, or one of another type.
    template <class Detail>
    const Detail* detail() const {
        return detail_ ? std::get_if<Detail>(detail_.get()) : nullptr;
    }
    const ErrorDetail* any_detail() const { return detail_.get(); }

private:
    Code code_ = Code::Ok;
    std::string message_;
    std::shared_ptr<const ErrorDetail> detail_;
};

inline Status ok_status() { return {}; }
inline Status invalid_argument(std::string message) {
    return {Code::InvalidArgument, std::move(message)};
}
inline Status not_found(std::string message) {
    return {Code::NotFound, std::move(message), NotFound{}};
}
inline Status failed_precondition(std::string message) {
    return {Code::FailedPrecondition, std::move(message)};
}
inline Status unavailable(std::string message) { return {Code::Unavailable, std::move(message)}; }
inline Status internal_error(std::string message) { return {Code::Internal, std::move(message)}; }

// A value or the reason why there is none.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<1>, std::move(value)) {}
    Result(Status status) : state_(std::in_place_index<0>, std::move(status)) {
        ASSERT(!std::get<0>(state_).ok(), "a result without a value needs a failure");
    }

    bool ok() const { return state_.index() == 1; }
    Status status() const { return ok() ? Status{} : std::get<0>(state_); }

    const T& value() const& {
        ASSERT(ok(), std::get<0>(state_).message());
        return std::get<1>(state_);
    }
    T& value() & {
        ASSERT(ok(), std::get<0>(state_).message());
        return std::get<1>(state_);
    }
    T&& value() && {
        ASSERT(ok(), std::get<0>(state_).message());
        return std::get<1>(std::move(state_));
    }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }
    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }

private:
    std::variant<Status, T> state_;
};

}  // namespace server

#define SERVER_CONCAT_INNER(a, b) a##b
#define SERVER_CONCAT(a, b) SERVER_CONCAT_INNER(a, b)

// Pass a failure on; TRY in plain functions, CO_TRY in coroutines.
#define SERVER_TRY(expression, name, leave)   \
    do {                                      \
        ::server::Status name = (expression); \
        if (!name.ok()) leave name;           \
    } while (false)
#define TRY(expression) SERVER_TRY(expression, SERVER_CONCAT(status_, __LINE__), return )
#define CO_TRY(expression) SERVER_TRY(expression, SERVER_CONCAT(status_, __LINE__), co_return )

#define SERVER_TRY_ASSIGN(declaration, expression, name, leave) \
    auto name = (expression);                                   \
    if (!name.ok()) leave name.status();                        \
    declaration = std::move(name).value()
#define TRY_ASSIGN(declaration, expression) \
    SERVER_TRY_ASSIGN(declaration, expression, SERVER_CONCAT(result_, __LINE__), return )
#define CO_TRY_ASSIGN(declaration, expression) \
    SERVER_TRY_ASSIGN(declaration, expression, SERVER_CONCAT(result_, __LINE__), co_return )
