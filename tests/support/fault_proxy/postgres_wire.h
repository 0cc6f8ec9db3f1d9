#pragma once
// What the proxy has to know of PostgreSQL's protocol 3.0: where messages begin, which client
// messages end a batch (Sync, a simple query), and which server message answers one
// (ReadyForQuery).

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace server::tests {

// Cuts a stream into messages.
class WireMessages {
public:
    // With `startup`, the stream begins with messages that have no type byte (a client's).
    explicit WireMessages(bool startup) : startup_(startup) {}

    struct Message {
        char type = 0;  // 0: a start-up message
        std::string_view body;
    };

    void append(std::string_view bytes) { buffer_.append(bytes); }
    // The next whole message, with all its bytes in `raw`; false when there is none yet.
    bool next(Message& message, std::string& raw);
    // The answer to a request for TLS is one byte, no message.
    bool take_byte(char& byte);
    // What has come of a message that is not whole yet.
    std::string_view rest() const { return buffer_; }
    // No message can begin like this: the stream is of another protocol.
    bool broken() const { return broken_; }
    bool startup() const { return startup_; }
    // What follows the start-up message has types.
    void end_startup() { startup_ = false; }

private:
    bool startup_;
    bool broken_ = false;
    std::string buffer_;
};

// One connection. Bytes go in as they come, and come out as they are to be forwarded.
class PostgresConversation {
public:
    // `drops_left` batches that contain `text` are dropped; both belong to the proxy.
    PostgresConversation(std::size_t& drops_left, const std::string& text)
        : drops_left_(drops_left), text_(text) {}

    std::string from_client(std::string_view bytes);

    struct FromServer {
        std::string bytes;
        bool answer_dropped = false;  // the connection ends now
    };
    FromServer from_server(std::string_view bytes);

private:
    void see_client_message(const WireMessages::Message& message);

    std::size_t& drops_left_;
    const std::string& text_;
    WireMessages client_{true};
    WireMessages server_{false};
    int encryption_requests_ = 0;  // each is answered by one byte
    bool opaque_ = false;          // TLS, or no PostgreSQL at all: everything goes through
    bool batch_matches_ = false;
    std::size_t rest_forwarded_ = 0;  // of the server's message that is not whole yet
    std::deque<bool> batches_;        // sent and not answered: whether it is to be dropped
};

}  // namespace server::tests
