#include "charm/pebble/connection.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <optional>

namespace charm::pebble {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using UnixStream = beast::basic_stream<asio::local::stream_protocol>;
using Request = http::request<http::string_body>;
using Parser = http::response_parser<http::string_body>;

Status failure_of(const beast::error_code& code, const std::string& what) {
    if (!code) return ok_status();
    const bool late = code == beast::error::timeout;
    return {late ? Code::DeadlineExceeded : Code::Unavailable, what + ": " + code.message()};
}

Request make_request(const HttpRequest& request) {
    Request message(http::string_to_verb(request.method), request.target, 11);
    message.set(http::field::host, "localhost");
    if (!request.accept.empty()) message.set(http::field::accept, request.accept);
    if (!request.body.empty()) {
        message.set(http::field::content_type, request.content_type);
        message.body() = request.body;
    }
    message.prepare_payload();
    return message;
}

HttpReply reply_of(const http::response<http::string_body>& message) {
    HttpReply reply{.status = message.result_int()};
    const auto type = message[http::field::content_type];
    reply.content_type.assign(type.data(), type.size());
    reply.body = message.body();
    return reply;
}

// Writes the request and reads the answer on a stream that is connected. The stream's own timer
// ends whichever step the deadline falls into.
template <class Stream>
beast::error_code transfer(asio::io_context& context, Stream& stream, Request& request,
                           Parser& parser) {
    beast::error_code failure;
    beast::flat_buffer buffer;
    http::async_write(stream, request, [&](beast::error_code code, std::size_t) {
        failure = code;
        if (code) return;
        http::async_read(stream, buffer, parser,
                         [&](beast::error_code read_code, std::size_t) { failure = read_code; });
    });
    context.restart();
    context.run();
    return failure;
}

}  // namespace

struct Connection::Impl {
    asio::io_context context{1};
    std::optional<UnixStream> stream;

    beast::error_code connect(const std::string& path, std::chrono::milliseconds limit) {
        beast::error_code failure;
        stream.emplace(context);
        stream->expires_after(limit);
        stream->async_connect(asio::local::stream_protocol::endpoint(path),
                              [&](beast::error_code code) { failure = code; });
        context.restart();
        context.run();
        return failure;
    }
};

Connection::Connection(std::string socket_path)
    : socket_path_(std::move(socket_path)), impl_(std::make_unique<Impl>()) {}
Connection::~Connection() = default;

Result<HttpReply> Connection::call(const HttpRequest& request, std::chrono::milliseconds limit) {
    Request message = make_request(request);
    // A kept socket may have been closed meanwhile: what is safe to repeat is tried once more.
    const bool kept = impl_->stream.has_value();
    for (const bool last : {!(kept && request.method == "GET"), true}) {
        if (!impl_->stream) TRY(failure_of(impl_->connect(socket_path_, limit), socket_path_));
        Parser parser;
        parser.body_limit(kReplyBytesMax);
        impl_->stream->expires_after(limit);
        const beast::error_code failure = transfer(impl_->context, *impl_->stream, message, parser);
        if (!failure) {
            if (!parser.keep_alive()) impl_->stream.reset();
            return reply_of(parser.get());
        }
        impl_->stream.reset();
        if (last || failure == beast::error::timeout) {
            return failure_of(failure, socket_path_ + " " + request.target);
        }
    }
    return server::unavailable(socket_path_ + ": closed");
}

Result<HttpReply> get_over_tcp(const std::string& address, unsigned short port,
                               const std::string& target, std::chrono::milliseconds limit) {
    const std::string what = "http://" + address + ":" + std::to_string(port) + target;
    beast::error_code failure;
    const auto ip = asio::ip::make_address(address, failure);
    if (failure) return server::invalid_argument(what + ": not an IP address");
    asio::io_context context{1};
    beast::tcp_stream stream(context);
    stream.expires_after(limit);
    stream.async_connect(asio::ip::tcp::endpoint(ip, port),
                         [&](beast::error_code code) { failure = code; });
    context.run();
    TRY(failure_of(failure, what));
    Request message = make_request({.target = target});
    message.set(http::field::connection, "close");
    Parser parser;
    TRY(failure_of(transfer(context, stream, message, parser), what));
    return reply_of(parser.get());
}

}  // namespace charm::pebble
