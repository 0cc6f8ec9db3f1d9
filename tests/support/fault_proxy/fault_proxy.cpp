#include "tests/support/fault_proxy/fault_proxy.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <condition_variable>
#include <functional>
#include <future>
#include <list>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include "tests/support/fault_proxy/postgres_wire.h"

namespace server::tests {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Failure = boost::system::error_code;

constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::chrono::seconds kPatience{20};

auto failing_into(Failure& failure) { return asio::redirect_error(asio::use_awaitable, failure); }

}  // namespace

class FaultProxy::Impl {
public:
    Impl(std::string host, std::uint16_t target_port, const Place& place)
        : host_(std::move(host)), target_port_(target_port),
          acceptor_(context_, tcp::endpoint(asio::ip::make_address(place.host), place.port)),
          resumed_(context_) {
        resumed_.expires_at(asio::steady_timer::time_point::max());
        asio::co_spawn(context_, accept(), asio::detached);
        thread_ = std::thread([this] { context_.run(); });
    }
    ~Impl() {
        context_.stop();
        thread_.join();
    }

    tcp::endpoint place() const { return acceptor_.local_endpoint(); }

    // On the proxy's thread; returns when it is done.
    template <class Value>
    Value run(const std::function<Value()>& change) {
        std::promise<Value> done;
        asio::post(context_, [&] {
            if constexpr (std::is_void_v<Value>) {
                change();
                done.set_value();
            } else {
                done.set_value(change());
            }
        });
        return done.get_future().get();
    }

    std::chrono::milliseconds delay{0};
    bool refusing = false;
    std::size_t drops_left = 0;
    std::string drop_text;
    std::size_t dropped = 0;
    std::optional<std::size_t> bytes_to_cut;

    void hold_after(std::size_t bytes) {
        bytes_to_hold_ = bytes;
        held_ = std::promise<void>();
        holding_ = false;
    }
    // Ready when something is held back; once per hold_after().
    std::future<void> held() { return held_.get_future(); }
    void release() {
        bytes_to_hold_.reset();
        resumed_.cancel();
    }

    std::size_t connections() const { return links_.size(); }

    // Any thread.
    std::size_t accepted() const {
        const std::lock_guard lock(mutex_);
        return accepted_;
    }
    void wait_until_accepted(std::size_t count) {
        std::unique_lock lock(mutex_);
        const auto enough = [&] { return accepted_ >= count; };
        if (!changed_.wait_for(lock, kPatience, enough)) {
            throw std::runtime_error("the proxy has accepted " + std::to_string(accepted_) +
                                     " connections, the test waits for " + std::to_string(count));
        }
    }

    void pause() { paused_ = true; }
    void resume() {
        paused_ = false;
        resumed_.cancel();
    }
    void cut() {
        for (const auto& link : links_) link->reset();
    }
    void half_close(Side side) {
        for (const auto& link : links_) {
            Failure ignored;
            tcp::socket& socket = side == Side::client ? link->client : link->target;
            socket.shutdown(tcp::socket::shutdown_send, ignored);
        }
    }

private:
    struct Link {
        Link(tcp::socket from, Impl& proxy)
            : client(std::move(from)), target(proxy.context_),
              conversation(proxy.drops_left, proxy.drop_text) {}

        // With a reset instead of an end of stream.
        void reset() {
            for (tcp::socket* socket : {&client, &target}) {
                Failure ignored;
                socket->set_option(asio::socket_base::linger(true, 0), ignored);
                socket->close(ignored);
            }
        }

        tcp::socket client;
        tcp::socket target;
        PostgresConversation conversation;
        bool answer_dropped = false;  // what was left of it before is still to be written
    };
    using LinkPtr = std::shared_ptr<Link>;

    void count_accepted() {
        const std::lock_guard lock(mutex_);
        ++accepted_;
        changed_.notify_all();
    }

    asio::awaitable<void> accept() {
        for (;;) {
            Failure failure;
            tcp::socket socket = co_await acceptor_.async_accept(failing_into(failure));
            if (failure) co_return;
            count_accepted();
            if (refusing) continue;
            auto link = std::make_shared<Link>(std::move(socket), *this);
            asio::co_spawn(context_, connect(std::move(link)), asio::detached);
        }
    }

    asio::awaitable<void> connect(LinkPtr link) {
        Failure failure;
        tcp::resolver resolver(context_);
        const auto endpoints = co_await resolver.async_resolve(host_, std::to_string(target_port_),
                                                               failing_into(failure));
        if (!failure) co_await asio::async_connect(link->target, endpoints, failing_into(failure));
        if (failure) co_return;
        Failure ignored;
        link->client.set_option(tcp::no_delay(true), ignored);
        link->target.set_option(tcp::no_delay(true), ignored);
        links_.push_back(link);
        asio::co_spawn(context_, carry(link, Side::target), asio::detached);
        co_await carry(link, Side::client);
        links_.remove(link);
    }

    // Moves bytes towards `to` until that direction ends.
    asio::awaitable<void> carry(LinkPtr link, Side to) {
        tcp::socket& source = to == Side::client ? link->target : link->client;
        tcp::socket& sink = to == Side::client ? link->client : link->target;
        std::array<char, kPieceBytes> piece;
        Failure failure;
        for (;;) {
            const std::size_t size =
                co_await source.async_read_some(asio::buffer(piece), failing_into(failure));
            if (failure) break;
            co_await hold_back();
            const std::string_view bytes(piece.data(), size);
            std::string forwarded = to == Side::client ? to_client(*link, bytes)
                                                       : link->conversation.from_client(bytes);
            if (to == Side::target) co_await let_through(sink, forwarded);
            co_await asio::async_write(sink, asio::buffer(forwarded), failing_into(failure));
            if (failure) break;
            if (to == Side::client && ends_here(*link)) co_return;
        }
        Failure ignored;
        if (failure == asio::error::eof) {
            sink.shutdown(tcp::socket::shutdown_send, ignored);
        } else {
            link->reset();
        }
    }

    asio::awaitable<void> hold_back() {
        Failure ignored;
        if (delay.count() > 0) {
            asio::steady_timer timer(context_, delay);
            co_await timer.async_wait(failing_into(ignored));
        }
        while (paused_) co_await resumed_.async_wait(failing_into(ignored));
    }

    // Sends what may pass before a hold, and returns when the rest may.
    asio::awaitable<void> let_through(tcp::socket& sink, std::string& bytes) {
        Failure ignored;  // the write of the rest finds it too
        while (bytes_to_hold_ && *bytes_to_hold_ < bytes.size()) {
            const std::string passing = bytes.substr(0, *bytes_to_hold_);
            bytes.erase(0, passing.size());
            bytes_to_hold_ = 0;
            co_await asio::async_write(sink, asio::buffer(passing), failing_into(ignored));
            if (!std::exchange(holding_, true)) held_.set_value();
            co_await resumed_.async_wait(failing_into(ignored));
        }
        if (bytes_to_hold_) *bytes_to_hold_ -= bytes.size();
    }

    std::string to_client(Link& link, std::string_view bytes) {
        auto answer = link.conversation.from_server(bytes);
        link.answer_dropped = answer.answer_dropped;
        if (bytes_to_cut && answer.bytes.size() > *bytes_to_cut) answer.bytes.resize(*bytes_to_cut);
        if (bytes_to_cut) *bytes_to_cut -= answer.bytes.size();
        return std::move(answer.bytes);
    }

    bool ends_here(Link& link) {
        if (link.answer_dropped) {
            ++dropped;
            link.reset();
            return true;
        }
        if (bytes_to_cut != 0U) return false;
        bytes_to_cut.reset();
        cut();
        return true;
    }

    const std::string host_;
    const std::uint16_t target_port_;
    asio::io_context context_{1};
    tcp::acceptor acceptor_;
    asio::steady_timer resumed_;  // its waiters are woken by resume()
    bool paused_ = false;
    std::optional<std::size_t> bytes_to_hold_;
    std::promise<void> held_;
    bool holding_ = false;  // since the last hold_after()
    std::list<LinkPtr> links_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t accepted_ = 0;  // with mutex_ held
    std::thread thread_;
};

FaultProxy::FaultProxy(std::string target_host, std::uint16_t target_port, const Place& place)
    : impl_(std::make_unique<Impl>(std::move(target_host), target_port, place)) {}

FaultProxy::~FaultProxy() = default;

std::uint16_t FaultProxy::port() const { return impl_->place().port(); }

std::string FaultProxy::address() const {
    return impl_->place().address().to_string() + ":" + std::to_string(port());
}

std::size_t FaultProxy::connections() const {
    return impl_->run<std::size_t>([this] { return impl_->connections(); });
}
std::size_t FaultProxy::accepted() const { return impl_->accepted(); }
void FaultProxy::wait_until_accepted(std::size_t count) const { impl_->wait_until_accepted(count); }
std::size_t FaultProxy::dropped_answers() const {
    return impl_->run<std::size_t>([this] { return impl_->dropped; });
}
void FaultProxy::set_delay(std::chrono::milliseconds delay) {
    impl_->run<void>([this, delay] { impl_->delay = delay; });
}
void FaultProxy::pause() {
    impl_->run<void>([this] { impl_->pause(); });
}
void FaultProxy::resume() {
    impl_->run<void>([this] { impl_->resume(); });
}
void FaultProxy::refuse(bool refusing) {
    impl_->run<void>([this, refusing] { impl_->refusing = refusing; });
}
void FaultProxy::cut() {
    impl_->run<void>([this] { impl_->cut(); });
}
void FaultProxy::half_close(Side side) {
    impl_->run<void>([this, side] { impl_->half_close(side); });
}
void FaultProxy::cut_after(std::size_t bytes_to_client) {
    impl_->run<void>([this, bytes_to_client] { impl_->bytes_to_cut = bytes_to_client; });
}
void FaultProxy::hold_after(std::size_t bytes_to_target) {
    impl_->run<void>([this, bytes_to_target] { impl_->hold_after(bytes_to_target); });
}
void FaultProxy::wait_until_held() {
    const auto held = impl_->run<std::future<void>>([this] { return impl_->held(); });
    if (held.wait_for(kPatience) != std::future_status::ready) {
        throw std::runtime_error("nothing that the proxy should hold back has come");
    }
}
void FaultProxy::release() {
    impl_->run<void>([this] { impl_->release(); });
}
void FaultProxy::drop_commit_answers(std::size_t count, std::string text) {
    impl_->run<void>([this, count, &text] {
        impl_->drops_left = count;
        impl_->drop_text = std::move(text);
    });
}

}  // namespace server::tests
