#pragma once
// A TCP proxy that hurts: it stands between a program and its database (or any other peer) and
// delays, pauses, cuts or half-closes the connections on command, or lets a commit happen and loses
// its answer. For tests, which own one; tests/support/fault_proxy/main.cpp is the same as a
// program.
//
//     FaultProxy proxy("127.0.0.1", postgres_port);
//     connect_to(proxy.address());
//     proxy.drop_commit_answers(1, "transitions");   // committed, and nobody knows
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

    // Where it listens: any free port of 127.0.0.1 by default.
    struct Place {
        std::string host = "127.0.0.1";
        std::uint16_t port = 0;
    };

    // Throws std::system_error when it cannot listen there.
    FaultProxy(std::string target_host, std::uint16_t target_port, const Place& place);
    FaultProxy(std::string target_host, std::uint16_t target_port)
        : FaultProxy(std::move(target_host), target_port, Place()) {}
    ~FaultProxy();
    FaultProxy(const FaultProxy&) = delete;
    FaultProxy& operator=(const FaultProxy&) = delete;

    std::uint16_t port() const;
    std::string address() const;
    std::size_t connections() const;  // open now
    std::size_t accepted() const;     // since the start
    // Blocks until so many have been accepted since the start; throws after 20 s.
    void wait_until_accepted(std::size_t count) const;
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
    // Lets so many more bytes go from clients to the target, all together, and holds back what
    // follows: a sender that stops in the middle.
    void hold_after(std::size_t bytes_to_target);
    // Blocks until something is held back; throws after 20 s.
    void wait_until_held();
    void release();
    // PostgreSQL, without TLS. The next `count` batches (up to a Sync, or a simple query) one of
    // whose messages contains `text` run to their end in the server; their answer is dropped and
    // the connection reset.
    void drop_commit_answers(std::size_t count, std::string text = "COMMIT");

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace server::tests
