#include "server/app/operator_pages.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "tests/support/catch.h"

using namespace server;
using app::MetricsEndpoint;
using app::Readiness;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

// The whole answer, status line and all.
std::string ask(std::uint16_t port, const std::string& request_line) {
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket socket(context);
    socket.connect({boost::asio::ip::address_v4::loopback(), port});
    boost::asio::write(socket, boost::asio::buffer(request_line + " HTTP/1.1\r\nHost: a\r\n\r\n"));
    std::string answer;
    boost::system::error_code end;
    boost::asio::read(socket, boost::asio::dynamic_buffer(answer), end);
    return answer;
}

}  // namespace

TEST_CASE("a process tells that it lives, whether it serves, and its metrics", "[app][operator]") {
    Readiness readiness;
    auto pages = app::operator_pages(
        "/own", [] { return std::string("a 1\n"); }, readiness);
    const auto started = MetricsEndpoint::start("127.0.0.1", 0, std::move(pages));
    REQUIRE(started.ok());
    const std::uint16_t port = (*started)->port();

    CHECK_THAT(ask(port, "GET /healthz"), StartsWith("HTTP/1.1 200 ") && Contains("\r\n\r\nok\n"));
    CHECK_THAT(ask(port, "GET /own"),
               StartsWith("HTTP/1.1 200 ") && Contains("version=0.0.4") && Contains("a 1\n"));
    CHECK_THAT(ask(port, "GET /own?x=y"), StartsWith("HTTP/1.1 200 "));
    CHECK_THAT(
        ask(port, "GET /metrics"),
        StartsWith("HTTP/1.1 404 ") && Contains("there is only GET of /healthz /own /readyz"));
    CHECK_THAT(ask(port, "POST /healthz"), StartsWith("HTTP/1.1 404 "));

    CHECK_THAT(ask(port, "GET /readyz"), StartsWith("HTTP/1.1 503 "));  // no role is known yet
    readiness.set("frontend", Readiness::State::serving);
    readiness.set("history", Readiness::State::starting, "takes its shards");
    CHECK_THAT(ask(port, "GET /readyz"),
               StartsWith("HTTP/1.1 503 ") &&
                   Contains(R"("history":{"state":"starting","reason":"takes its shards"})"));
    readiness.set("history", Readiness::State::serving);
    CHECK_THAT(ask(port, "GET /readyz"),
               StartsWith("HTTP/1.1 200 ") && Contains(R"("frontend":{"state":"serving")"));
    readiness.set("history", Readiness::State::draining, "the process stops");
    CHECK_THAT(ask(port, "GET /readyz"), StartsWith("HTTP/1.1 503 "));
}
