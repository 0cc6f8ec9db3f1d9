#pragma once
// A server that sends back what it gets, and a client of it that blocks.

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <string>
#include <thread>
#include <vector>

namespace server::tests {

class EchoServer {
public:
    EchoServer()
        : acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}),
          thread_([this] { accept(); }) {}
    ~EchoServer() {
        stopping_ = true;
        boost::asio::ip::tcp::socket last(context_);
        boost::system::error_code ignored;
        last.connect(acceptor_.local_endpoint(), ignored);  // wakes accept()
        thread_.join();
        for (auto& echo : echoes_) echo.join();
    }

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

private:
    void accept() {
        for (;;) {
            boost::asio::ip::tcp::socket socket = acceptor_.accept();
            if (stopping_) return;
            echoes_.emplace_back([socket = std::move(socket)]() mutable { echo(socket); });
        }
    }
    static void echo(boost::asio::ip::tcp::socket& socket) {
        std::array<char, 4096> piece;
        boost::system::error_code failure;
        while (!failure) {
            const std::size_t size = socket.read_some(boost::asio::buffer(piece), failure);
            if (!failure) boost::asio::write(socket, boost::asio::buffer(piece, size), failure);
        }
    }

    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::atomic<bool> stopping_ = false;
    std::vector<std::thread> echoes_;
    std::thread thread_;
};

class EchoClient {
public:
    explicit EchoClient(std::uint16_t port) : socket_(context_) {
        socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    }

    void send(const std::string& text) { boost::asio::write(socket_, boost::asio::buffer(text)); }
    // So many bytes, or fewer when the stream ends or breaks before; then failure() tells why.
    std::string receive(std::size_t size) {
        std::string text(size, '\0');
        text.resize(boost::asio::read(socket_, boost::asio::buffer(text), failure_));
        return text;
    }
    bool has_bytes() const { return socket_.available() > 0; }
    const boost::system::error_code& failure() const { return failure_; }

private:
    boost::asio::io_context context_;
    boost::asio::ip::tcp::socket socket_;
    boost::system::error_code failure_;
};

}  // namespace server::tests
