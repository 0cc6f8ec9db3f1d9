#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "charm/pebble/connection.h"

namespace charm::pebble {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using Socket = websocket::stream<beast::basic_stream<asio::local::stream_protocol>>;

constexpr std::string_view kEnd = R"({"command":"end"})";
constexpr std::size_t kOutputBytesMax = 16u << 20;

// One websocket of a task, read until its end.
struct Line {
    explicit Line(asio::io_context& context) : socket(context) {}

    void read(std::string& into) {
        socket.async_read(buffer, [this, &into](beast::error_code code, std::size_t) {
            if (code) return finish(code);
            const bool text = socket.got_text();
            const std::string message = beast::buffers_to_string(buffer.data());
            buffer.consume(buffer.size());
            // A text frame is a command, and the only one is the end.
            if (text) return finish({});
            const std::size_t room = kOutputBytesMax - std::min(kOutputBytesMax, into.size());
            into.append(message, 0, room);
            read(into);
        });
    }
    void finish(beast::error_code code) {
        ended = true;
        if (code != websocket::error::closed) failure = code;
    }

    Socket socket;
    beast::flat_buffer buffer;
    beast::error_code failure;
    bool ended = false;
};

}  // namespace

struct Websockets::Impl {
    asio::io_context context{1};
    Line control{context};
    Line stdio{context};
    Line stderr_line{context};
};

Websockets::Websockets(std::string socket_path)
    : socket_path_(std::move(socket_path)), impl_(std::make_unique<Impl>()) {}
Websockets::~Websockets() = default;

Status Websockets::connect(const std::string& task) {
    const std::pair<const char*, Line*> lines[] = {
        {"control", &impl_->control}, {"stdio", &impl_->stdio}, {"stderr", &impl_->stderr_line}};
    for (const auto& [name, line] : lines) {
        beast::error_code failure;
        const std::string target = "/v1/tasks/" + task + "/websocket/" + name;
        auto& lowest = beast::get_lowest_layer(line->socket);
        lowest.expires_after(kCallLimit);
        lowest.async_connect(
            asio::local::stream_protocol::endpoint(socket_path_), [&](beast::error_code code) {
                failure = code;
                if (code) return;
                line->socket.async_handshake("localhost", target,
                                             [&](beast::error_code shake) { failure = shake; });
            });
        impl_->context.restart();
        impl_->context.run();
        if (failure)
            return server::unavailable(socket_path_ + " " + target + ": " + failure.message());
        lowest.expires_never();
    }
    return ok_status();
}

Status Websockets::exchange(const std::string& input, std::string& output, std::string& errors,
                            std::chrono::milliseconds limit) {
    beast::error_code write_failure;
    Socket& stdio = impl_->stdio.socket;
    const auto send_end = [&] {
        stdio.text(true);
        stdio.async_write(asio::buffer(kEnd.data(), kEnd.size()),
                          [&](beast::error_code code, std::size_t) { write_failure = code; });
    };
    if (input.empty()) {
        send_end();
    } else {
        stdio.binary(true);
        stdio.async_write(asio::buffer(input), [&](beast::error_code code, std::size_t) {
            write_failure = code;
            if (!code) send_end();
        });
    }
    impl_->stdio.read(output);
    impl_->stderr_line.read(errors);
    impl_->context.restart();
    // A command may end without reading its input: then the write of it never does.
    const auto deadline = std::chrono::steady_clock::now() + limit;
    const auto ended = [&] { return impl_->stdio.ended && impl_->stderr_line.ended; };
    while (!ended() && impl_->context.run_one_until(deadline) > 0) {
    }
    if (!ended()) {
        return {Code::DeadlineExceeded,
                "the command wrote for longer than " + std::to_string(limit.count()) + " ms"};
    }
    // Its exit code tells how it ended, not a broken pipe.
    return ok_status();
}

}  // namespace charm::pebble
