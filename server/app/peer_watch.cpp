#include "server/app/peer_watch.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>

#include "server/runtime/alarm.h"

namespace server::app {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

struct Probe {
    Probe(Clock& clock, Lane& lane) : socket(lane.executor()), ended(clock, lane.executor()) {}

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

Async<Result<role::v1::WatchResponse>> ProcessWatch::watch(std::string address,
                                                           role::v1::WatchRequest request,
                                                           TimePoint deadline,
                                                           std::shared_ptr<Cancellation> stop) {
    auto call = calls_.watch(address, std::move(request), deadline, stop);
    Result<role::v1::WatchResponse> answer = co_await std::move(call);
    const bool unreachable = answer.status().code() == Code::Unavailable;
    if (!unreachable || stop->cancelled()) co_return answer;
    const bool refused = co_await refuses_connections(address);
    if (refused) co_return unavailable("nobody listens at " + address);
    co_return Status(Code::DeadlineExceeded,
                     address + " does not answer: " + answer.status().message());
}

Async<bool> ProcessWatch::refuses_connections(std::string address) {
    const std::size_t colon = address.rfind(':');
    std::string host = address.substr(0, colon);
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    std::string port = address.substr(colon + 1);
    const auto probe = std::make_shared<Probe>(clock_, lane_);
    lane_.spawn(connect_once(probe, std::move(host), std::move(port)));
    co_await probe->ended.wait_until(saturating_add(clock_.now(), kProbeTimeout));
    const bool refused = probe->outcome == asio::error::connection_refused;
    boost::system::error_code ignored;
    probe->socket.close(ignored);
    co_return refused;
}

}  // namespace server::app
