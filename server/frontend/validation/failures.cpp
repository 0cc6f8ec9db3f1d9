#include "server/frontend/validation/failures.h"

#include <algorithm>
#include <string>

namespace server::frontend {

namespace {

using ::temporal::api::failure::v1::Failure;

// At most `bytes` of the text, ending between two characters; `budget` shrinks by what was taken.
std::string take(const std::string& text, std::size_t& budget) {
    std::size_t end = std::min(text.size(), budget);
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
        --end;
    }
    budget -= end;
    return text.substr(0, end);
}

}  // namespace

Failure server_failure(std::string_view message, bool non_retryable) {
    Failure failure;
    failure.set_message(std::string(message));
    failure.set_source("Server");
    failure.mutable_server_failure_info()->set_non_retryable(non_retryable);
    return failure;
}

Failure truncated(const Failure& failure, std::size_t bytes_max) {
    Failure result;
    std::size_t budget = bytes_max;
    result.set_message(take(failure.message(), budget));
    result.set_source(take(failure.source(), budget));
    if (failure.has_application_failure_info()) {
        auto& info = *result.mutable_application_failure_info();
        info.set_type(take(failure.application_failure_info().type(), budget));
        info.set_non_retryable(failure.application_failure_info().non_retryable());
    }
    result.set_stack_trace(take(failure.stack_trace(), budget));
    return result;
}

}  // namespace server::frontend
