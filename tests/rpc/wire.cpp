#include "tests/rpc/wire.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <future>

namespace server::tests {

using boost::asio::ip::tcp;

struct Wire::Link {
    explicit Link(boost::asio::io_context& context) : caller(context), callee(context) {}
    Socket caller;
    Socket callee;

    void close() {
        boost::system::error_code ignored;
        caller.close(ignored);
        callee.close(ignored);
    }
};

Wire::Wire(int callee_port)
    : acceptor_(context_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)),
      callee_(boost::asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(callee_port)),
      port_(acceptor_.local_endpoint().port()) {
    accept();
    thread_ = std::thread([this] { context_.run(); });
}

Wire::~Wire() {
    context_.stop();
    thread_.join();
}

void Wire::accept() {
    auto link = std::make_shared<Link>(context_);
    acceptor_.async_accept(link->caller, [this, link](const boost::system::error_code& error) {
        if (error) return;
        boost::system::error_code refused;
        link->callee.connect(callee_, refused);
        if (refused) {
            link->close();
        } else {
            links_.push_back(link);
            pump(link, &Link::caller, &Link::callee, std::make_shared<std::string>(65536, '\0'));
            pump(link, &Link::callee, &Link::caller, std::make_shared<std::string>(65536, '\0'));
        }
        accept();
    });
}

void Wire::pump(std::shared_ptr<Link> link, Socket Link::*from, Socket Link::*to,
                std::shared_ptr<std::string> buffer) {
    auto& source = (*link).*from;
    source.async_read_some(boost::asio::buffer(*buffer),
                           [=, this](const boost::system::error_code& error, std::size_t size) {
                               if (error) return link->close();
                               boost::system::error_code failed;
                               if (!silent_) {
                                   boost::asio::write((*link).*to,
                                                      boost::asio::buffer(*buffer, size), failed);
                               }
                               if (failed) return link->close();
                               pump(link, from, to, buffer);
                           });
}

void Wire::run_now(std::function<void()> work) {
    std::promise<void> done;
    boost::asio::post(context_, [&] {
        work();
        done.set_value();
    });
    done.get_future().wait();
}

void Wire::go_silent() {
    run_now([this] { silent_ = true; });
}

void Wire::cut() {
    run_now([this] {
        for (const auto& weak : links_) {
            if (const auto link = weak.lock()) link->close();
        }
        links_.clear();
    });
}

}  // namespace server::tests
