#include "server/rpc/port_probe.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <charconv>
#include <optional>
#include <string_view>

namespace server::rpc {

namespace {

using boost::asio::ip::tcp;

struct HostAndPort {
    std::string host;
    std::uint16_t port = 0;
};

// host:port, [v6]:port
std::optional<HostAndPort> split(std::string_view address) {
    const auto colon = address.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    HostAndPort result{std::string(address.substr(0, colon)), 0};
    if (result.host.size() > 2 && result.host.front() == '[' && result.host.back() == ']') {
        result.host = result.host.substr(1, result.host.size() - 2);
    }
    const auto digits = address.substr(colon + 1);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), result.port);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return result;
}

std::string fix_for(const boost::system::error_code& error, std::uint16_t port) {
    if (error == boost::asio::error::address_in_use) {
        return "; end the program that listens there (ss -ltnp 'sport = :" + std::to_string(port) +
               "' shows it) or choose another port";
    }
    if (error == boost::asio::error::access_denied) {
        return "; ports below 1024 need CAP_NET_BIND_SERVICE: choose a higher one";
    }
    return "; choose an address of this machine";
}

Status cannot_listen(const std::string& address, const boost::system::error_code& error,
                     std::uint16_t port) {
    return failed_precondition("cannot listen on " + address + ": " + error.message() +
                               fix_for(error, port));
}

}  // namespace

Status probe_port(const std::string& address) {
    const auto parts = split(address);
    if (!parts) {
        return invalid_argument("not an address to listen on: '" + address +
                                "'; write it as host:port, for example 127.0.0.1:7233");
    }
    boost::asio::io_context context;
    boost::system::error_code error;
    tcp::resolver resolver(context);
    const auto found =
        resolver.resolve(parts->host, std::to_string(parts->port), tcp::resolver::passive, error);
    if (error || found.empty()) return cannot_listen(address, error, parts->port);
    tcp::acceptor acceptor(context);
    const tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(1, error);
    if (error) return cannot_listen(address, error, parts->port);
    return {};
}

}  // namespace server::rpc
