#pragma once
// The way from a command to a server: one channel, blocking calls. The only folder of cli/ that
// knows gRPC.
//
// A failure keeps the code and the message of the server. Two are worded here, with the fix: nobody
// listens at the address, and no answer in time. Ctrl-C ends the program with exit code 1.

#include <google/protobuf/message.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/base/status.h"

namespace cli {

// What TLS needs, as PEM text.
struct Tls {
    std::string ca_certificates;  // empty: those of the system
    std::string certificate;      // with `key`: who the client is
    std::string key;
    std::string server_name;  // instead of the host in the address
    bool check_server = true;
};

class Connection {
public:
    struct Options {
        std::string address;         // host:port
        std::string address_advice;  // how to choose another one, for messages
        std::string authority;       // empty: the address
        std::optional<Tls> tls;      // none: plain text
        std::vector<std::pair<std::string, std::string>> metadata;  // of every call
        std::chrono::milliseconds call_timeout{10'000};
        // For all calls together, from now on; zero: no end.
        std::chrono::milliseconds command_timeout{0};
    };

    explicit Connection(Options options);
    ~Connection();
    Connection(Connection&&) noexcept;

    // Calls the method that a request belongs to by its name: StartWorkflowExecutionRequest calls
    // WorkflowService.StartWorkflowExecution.
    template <class Response, class Request>
    server::Result<Response> call(const Request& request) {
        Response response;
        TRY(send(path_of(*Request::descriptor()), request, response, options().call_timeout));
        return response;
    }
    // The same for calls that wait at the server until something happens, or for its own patience.
    template <class Response, class Request>
    server::Result<Response> wait(const Request& request) {
        Response response;
        TRY(send(path_of(*Request::descriptor()), request, response, kWaitMax));
        return response;
    }

    // Whether the service of this name answers its health check with SERVING.
    server::Result<bool> is_serving(const std::string& service);

    const Options& options() const;

private:
    struct Parts;
    static constexpr std::chrono::milliseconds kWaitMax{70'000};

    static std::string path_of(const google::protobuf::Descriptor& request);
    server::Status send(const std::string& path, const google::protobuf::Message& request,
                        google::protobuf::Message& response, std::chrono::milliseconds timeout);
    // The failure of a call that did not reach a server, or got no answer, in words that help.
    server::Status explained(int code, const std::string& message,
                             std::chrono::milliseconds timeout) const;

    std::unique_ptr<Parts> parts_;
};

}  // namespace cli
