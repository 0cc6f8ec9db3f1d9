// HTTP/1.1 and websockets over Pebble's unix socket. Each call has a deadline; the one socket is
// opened by the first call and kept.
//
// Folder map: connection.h the wire, client.h the envelope and changes; services.h, files.h and
// exec.h one part of the API each.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "charm/result.h"

namespace charm::pebble {

struct HttpRequest {
    std::string method = "GET";
    std::string target;  // path and query
    std::string body{};
    std::string content_type = "application/json";
    std::string accept{};
};

struct HttpReply {
    unsigned status = 0;
    std::string content_type{};
    std::string body{};
};

inline constexpr std::size_t kReplyBytesMax = 64u << 20;
inline constexpr std::chrono::seconds kCallLimit{30};

class Connection {
public:
    explicit Connection(std::string socket_path);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Unavailable when nobody listens, DeadlineExceeded after `limit`; the message names the
    // socket.
    Result<HttpReply> call(const HttpRequest& request,
                           std::chrono::milliseconds limit = kCallLimit);

    const std::string& socket_path() const { return socket_path_; }

private:
    struct Impl;
    std::string socket_path_;
    std::unique_ptr<Impl> impl_;
};

// The other half of an exec: sends `input` and its end, and collects what comes until the other
// side ends or `limit` is over.
class Websockets {
public:
    explicit Websockets(std::string socket_path);
    ~Websockets();
    Websockets(const Websockets&) = delete;
    Websockets& operator=(const Websockets&) = delete;

    // All three of a task: control, stdio and stderr. Pebble wants them within 5 s of the exec.
    Status connect(const std::string& task);
    // Returns when both outputs have ended.
    Status exchange(const std::string& input, std::string& output, std::string& errors,
                    std::chrono::milliseconds limit);

private:
    struct Impl;
    std::string socket_path_;
    std::unique_ptr<Impl> impl_;
};

// A plain GET over TCP, for the health page of the workload. `address` is an IP address.
Result<HttpReply> get_over_tcp(const std::string& address, unsigned short port,
                               const std::string& target, std::chrono::milliseconds limit);

}  // namespace charm::pebble
