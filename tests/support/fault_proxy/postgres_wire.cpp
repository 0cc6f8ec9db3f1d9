#include "tests/support/fault_proxy/postgres_wire.h"

#include <utility>

namespace server::tests {

namespace {

constexpr std::uint32_t kCancelRequest = 80877102;
constexpr std::uint32_t kTlsRequest = 80877103;
constexpr std::uint32_t kGssRequest = 80877104;
constexpr std::size_t kMessageBytesMax = 1 << 30;

std::uint32_t big_endian(std::string_view bytes) {
    std::uint32_t number = 0;
    for (const char c : bytes.substr(0, 4)) number = number << 8 | static_cast<unsigned char>(c);
    return number;
}

}  // namespace

bool WireMessages::next(Message& message, std::string& raw) {
    const std::size_t type_bytes = startup_ ? 0 : 1;
    if (buffer_.size() < type_bytes + 4) return false;
    const std::size_t length = big_endian(std::string_view(buffer_).substr(type_bytes));
    broken_ = length < 4 || length > kMessageBytesMax;
    if (broken_) return false;
    if (buffer_.size() < type_bytes + length) return false;
    raw = buffer_.substr(0, type_bytes + length);
    buffer_.erase(0, raw.size());
    message.type = startup_ ? '\0' : raw[0];
    message.body = std::string_view(raw).substr(type_bytes + 4);
    return true;
}

bool WireMessages::take_byte(char& byte) {
    if (buffer_.empty()) return false;
    byte = buffer_.front();
    buffer_.erase(0, 1);
    return true;
}

void PostgresConversation::see_client_message(const WireMessages::Message& message) {
    if (client_.startup()) {
        const std::uint32_t code = big_endian(message.body);
        if (code == kTlsRequest || code == kGssRequest) {
            ++encryption_requests_;
        } else {
            opaque_ = code == kCancelRequest;
            client_.end_startup();
        }
        return;
    }
    if (message.type == 'p') return;  // a password is of no batch
    batch_matches_ = batch_matches_ || message.body.find(text_) != std::string_view::npos;
    if (message.type != 'S' && message.type != 'Q') return;
    const bool drop = batch_matches_ && drops_left_ > 0;
    if (drop) --drops_left_;
    batches_.push_back(drop);
    batch_matches_ = false;
}

std::string PostgresConversation::from_client(std::string_view bytes) {
    if (opaque_) return std::string(bytes);
    client_.append(bytes);
    WireMessages::Message message;
    std::string raw;
    while (client_.next(message, raw)) see_client_message(message);
    opaque_ = opaque_ || client_.broken();
    return std::string(bytes);
}

PostgresConversation::FromServer PostgresConversation::from_server(std::string_view bytes) {
    FromServer result;
    if (opaque_) {
        result.bytes = bytes;
        return result;
    }
    server_.append(bytes);
    for (char byte = 0; encryption_requests_ > 0 && server_.take_byte(byte);) {
        --encryption_requests_;
        result.bytes += byte;
        opaque_ = byte == 'S' || byte == 'G';
        if (opaque_) return result;  // the client says nothing before it has read this byte
    }
    WireMessages::Message message;
    std::string raw;
    while (server_.next(message, raw)) {
        const bool dropping = !batches_.empty() && batches_.front();
        const std::size_t forwarded = std::exchange(rest_forwarded_, 0);
        if (!dropping) result.bytes += raw.substr(forwarded);
        if (message.type != 'Z') continue;
        if (dropping) {
            result.answer_dropped = true;
            return result;
        }
        if (!batches_.empty()) batches_.pop_front();
    }
    // Nobody waits for the end of a message that may come late.
    if (batches_.empty() || !batches_.front()) {
        result.bytes += server_.rest().substr(rest_forwarded_);
        rest_forwarded_ = server_.rest().size();
    }
    opaque_ = opaque_ || server_.broken();
    return result;
}

}  // namespace server::tests
