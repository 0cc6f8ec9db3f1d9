// Pebble's API: the envelope around every answer, and changes, which are what it does in the
// background.
#pragma once

#include <memory>
#include <string>

#include "charm/json.h"
#include "charm/pebble/connection.h"

namespace charm::pebble {

// A change that is over.
struct Change {
    std::string id;
    std::string status{};      // Done, Error, ...
    std::string failure{};     // of its tasks, with the last words of the services in them
    json::object task_data{};  // of the first task
    bool done() const { return failure.empty(); }
};

class Client {
public:
    explicit Client(std::string socket_path) : connection_(std::move(socket_path)) {}

    // The `result` of a synchronous answer. Failures carry Pebble's own message: InvalidArgument
    // for 400, NotFound for 404, PermissionDenied for 401 and 403, Internal for the rest,
    // Unavailable when the container cannot be reached.
    Result<json::value> get(const std::string& target);
    Result<json::value> post(const std::string& target, const json::value& body);

    struct Started {
        std::string change;
        json::object result{};
    };
    // An asynchronous answer: what was started.
    Result<Started> start(const std::string& target, const json::value& body);
    // Waits until it is over; DeadlineExceeded otherwise.
    Result<Change> wait(const std::string& change, std::chrono::milliseconds limit);

    Connection& connection() { return connection_; }

private:
    Connection connection_;
};

// The envelope of a reply, or the failure that it reports.
Result<json::object> envelope_of(const HttpReply& reply, const std::string& target);

// For a value in a query string.
std::string url_encode(std::string_view text);

}  // namespace charm::pebble
