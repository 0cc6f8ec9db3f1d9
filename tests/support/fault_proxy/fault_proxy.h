#pragma once
// A TCP proxy that hurts: it stands between a program and its database (or any other peer) and
// delays, pauses, cuts or half-closes the connections on command, or lets a commit happen and loses
// its answer. For tests, which own one; tests/support/fault_proxy/main.cpp is the same as a
// program.
//
//     FaultProxy proxy("127.0.0.1", postgres_port);
//     connect_to(proxy.port());
//     proxy.drop_commit_answers(1, "INSERT INTO run");   // committed, and nobody knows
//
// Calls come from any thread and have taken effect when they return. One thread of its own carries
// the bytes.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace server::tests {

class FaultProxy {
public:
    enum class Side { client, target };

    // Listens on 127.0.0.1, on any free port by default. Throws std::system_error when it cannot.
    FaultProxy(std::string target_host, std::uint16_t target_port, std::uint16_t port = 0);
    ~FaultProxy();

    std::uint16_t port() const;
    std::size_t connections() const;  // open now
    std::size_t accepted() const;     // since the start
    std::size_t dropped_answers() const;

    // Each piece of bytes waits so long, in both directions.
    void set_delay(std::chrono::milliseconds delay);
    // Nothing goes through, and nobody is told; the connections stay.
    void pause();
    void resume();
    // New connections are closed at once; those that are open stay.
    void refuse(bool refusing);
    // All connections end with a reset, as when a host dies.
    void cut();
    // `side` reads the end of the stream, and may go on to write.
    void half_close(Side side);
    // Every connection is reset as soon as so many more bytes have gone from target to client: a
    // torn answer.
    void cut_after(std::size_t bytes_to_client);
    // PostgreSQL, without TLS. The next `count` batches (up to a Sync, or a simple query) one of
    // whose messages contains `text` run to their end in the server; their answer is dropped and
    // the connection reset.
    void drop_commit_answers(std::size_t count, std::string text = "COMMIT");

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace server::tests
