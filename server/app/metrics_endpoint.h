#pragma once
// GET /metrics for Prometheus, on a port of its own: one thread, short connections, few of them.
// Anything else is 404.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "server/base/status.h"
#include "server/base/time.h"
#include "server/runtime/async.h"

namespace server::app {

class MetricsEndpoint {
public:
    static constexpr std::size_t kConnectionsMax = 32;  // later ones are closed at once
    static constexpr Duration kRequestTimeout = std::chrono::seconds(5);

    // The text of a scrape; called on the endpoint's thread.
    using Scrape = std::function<std::string()>;

    // Port 0 takes any free one. FailedPrecondition when the port is taken.
    static Result<std::unique_ptr<MetricsEndpoint>> start(const std::string& ip, std::uint16_t port,
                                                          Scrape scrape);
    ~MetricsEndpoint();

    std::uint16_t port() const { return port_; }

private:
    explicit MetricsEndpoint(Scrape scrape) : scrape_(std::move(scrape)), acceptor_(context_) {}
    Status listen(const std::string& ip, std::uint16_t port);
    Async<void> accept();
    Async<void> serve(boost::asio::ip::tcp::socket socket);

    const Scrape scrape_;
    boost::asio::io_context context_{1};
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    std::size_t connections_ = 0;
    std::thread thread_;
};

}  // namespace server::app
