#pragma once
// The pages of a process for its operator, on a port of its own: /metrics for Prometheus, /healthz
// and /readyz for a supervisor. One thread, short connections, few of them. Anything but a GET of a
// page is 404.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <map>
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

    struct Page {
        unsigned status = 200;
        std::string content_type = "text/plain; charset=utf-8";
        std::string body;
    };
    // By path; called on the endpoint's thread.
    using Pages = std::map<std::string, std::function<Page()>>;

    // Port 0 takes any free one. FailedPrecondition when the port is taken.
    static Result<std::unique_ptr<MetricsEndpoint>> start(const std::string& ip, std::uint16_t port,
                                                          Pages pages);
    ~MetricsEndpoint();

    std::uint16_t port() const { return port_; }

private:
    explicit MetricsEndpoint(Pages pages) : pages_(std::move(pages)), acceptor_(context_) {}
    Status listen(const std::string& ip, std::uint16_t port);
    Async<void> accept();
    Async<void> serve(boost::asio::ip::tcp::socket socket);

    const Pages pages_;
    boost::asio::io_context context_{1};
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    std::size_t connections_ = 0;
    std::thread thread_;
};

}  // namespace server::app
