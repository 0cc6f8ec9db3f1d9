#include "server/app/metrics_endpoint.h"

#include <pthread.h>

#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace server::app {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr std::size_t kRequestBytesMax = 8 * 1024;

http::response<http::string_body> answer(const http::request<http::empty_body>& request,
                                         const MetricsEndpoint::Pages& pages) {
    http::response<http::string_body> response;
    response.version(request.version());
    response.keep_alive(false);
    const std::string target = request.target();
    const auto page = pages.find(target.substr(0, target.find('?')));
    if (request.method() == http::verb::get && page != pages.end()) {
        MetricsEndpoint::Page made = page->second();
        response.result(made.status);
        response.set(http::field::content_type, made.content_type);
        response.body() = std::move(made.body);
    } else {
        response.result(http::status::not_found);
        response.body() = "there is only GET of";
        for (const auto& [path, unused] : pages) response.body() += " " + path;
        response.body() += "\n";
    }
    response.prepare_payload();
    return response;
}

}  // namespace

Result<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::start(const std::string& ip,
                                                                std::uint16_t port, Pages pages) {
    std::unique_ptr<MetricsEndpoint> endpoint(new MetricsEndpoint(std::move(pages)));
    TRY(endpoint->listen(ip, port));
    asio::co_spawn(endpoint->context_, endpoint->accept(), asio::detached);
    endpoint->thread_ = std::thread([&context = endpoint->context_] {
        pthread_setname_np(pthread_self(), "metrics");
        context.run();
    });
    return endpoint;
}

MetricsEndpoint::~MetricsEndpoint() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
}

Status MetricsEndpoint::listen(const std::string& ip, std::uint16_t port) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(ip == "localhost" ? "127.0.0.1" : ip, error);
    const tcp::endpoint endpoint(address, port);
    if (!error) acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) port_ = acceptor_.local_endpoint(error).port();
    if (!error) return ok_status();
    return failed_precondition("cannot serve metrics on " + ip + ":" + std::to_string(port) + ": " +
                               error.message() + "; choose another port");
}

Async<void> MetricsEndpoint::accept() {
    for (;;) {
        boost::system::error_code error;
        tcp::socket socket =
            co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (error == asio::error::operation_aborted) co_return;
        if (error) {  // out of descriptors: wait for some to come back
            asio::steady_timer pause(context_, kRequestTimeout);
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        if (connections_ >= kConnectionsMax) continue;
        asio::co_spawn(context_, serve(std::move(socket)), asio::detached);
    }
}

Async<void> MetricsEndpoint::serve(tcp::socket socket) {
    ++connections_;
    beast::tcp_stream stream(std::move(socket));
    stream.expires_after(kRequestTimeout);
    beast::flat_buffer buffer(kRequestBytesMax);
    http::request<http::empty_body> request;
    boost::system::error_code error;
    co_await http::async_read(stream, buffer, request,
                              asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
        const auto response = answer(request, pages_);
        co_await http::async_write(stream, response,
                                   asio::redirect_error(asio::use_awaitable, error));
        stream.socket().shutdown(tcp::socket::shutdown_send, error);
    }
    --connections_;
}

}  // namespace server::app
