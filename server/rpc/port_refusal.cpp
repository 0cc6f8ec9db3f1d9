#include "server/rpc/port_refusal.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>

#include "server/runtime/alarm.h"

namespace server::rpc {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

struct Probe {
    Probe(Clock& clock, const asio::any_io_executor& executor)
        : socket(executor), ended(clock, executor) {}

    tcp::socket socket;
    Alarm ended;
    boost::system::error_code outcome = asio::error::timed_out;
};

Async<void> connect_once(std::shared_ptr<Probe> probe, std::string host, std::string port) {
    tcp::resolver resolver(probe->socket.get_executor());
    boost::system::error_code error;
    const auto found = co_await resolver.async_resolve(
        host, port, asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
        co_await asio::async_connect(probe->socket, found,
                                     asio::redirect_error(asio::use_awaitable, error));
    }
    probe->outcome = error;
    probe->ended.wake();
}

}  // namespace

Async<bool> port_refuses(Clock& clock, std::string address, Duration timeout) {
    const std::size_t colon = address.rfind(':');
    std::string host = address.substr(0, colon);
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    std::string port = address.substr(colon + 1);
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    const auto probe = std::make_shared<Probe>(clock, executor);
    asio::co_spawn(executor, connect_once(probe, std::move(host), std::move(port)), asio::detached);
    co_await probe->ended.wait_until(saturating_add(clock.now(), timeout));
    const bool refused = probe->outcome == asio::error::connection_refused;
    boost::system::error_code ignored;
    probe->socket.close(ignored);
    co_return refused;
}

}  // namespace server::rpc
