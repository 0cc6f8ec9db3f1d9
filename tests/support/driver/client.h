#pragma once
// The client of the public API: raw calls by the name of their request message, over real gRPC
// channels. Coroutines of one lane, which outlives the client, call it; answers resume there.

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server/runtime/clock.h"
#include "server/runtime/lane.h"
#include "server/runtime/random.h"
#include "tests/support/driver/api.h"

namespace server::driver {

// How an answer came about, when calls are repeated until one is answered.
template <class Response>
struct Persisted {
    Result<Response> result;
    // An earlier try may have had its effect: a refusal now may be due to that.
    bool ambiguous = false;
};

class Client {
public:
    struct Options {
        std::string address = "127.0.0.1:7233";
        std::string namespace_name = "default";
        std::string identity = "driver";
        int connections = 1;
    };

    Client(Options options, Lane& lane, Clock& clock, Random& random);
    ~Client();

    const Options& options() const { return options_; }

    // One try. `Response` belongs to the request: StartWorkflowExecutionRequest calls
    // StartWorkflowExecution.
    template <class Response, class Request>
    Async<Result<Response>> call(Request request, Duration timeout) {
        Result<std::string> answer = co_await send(path_of(Request::descriptor()->name()),
                                                   request.SerializeAsString(), timeout);
        if (!answer.ok()) co_return answer.status();
        Response response;
        if (!response.ParseFromString(*answer)) {
            co_return internal_error("unreadable answer to " + Request::descriptor()->name());
        }
        co_return response;
    }

    // Repeats the same request, as an SDK does, while the failure is one that may pass; gives up
    // after `patience`.
    template <class Response, class Request>
    Async<Persisted<Response>> persist(Request request, Duration patience) {
        const TimePoint end = clock_.now() + patience;
        bool ambiguous = false;
        for (int tries = 0;; ++tries) {
            Result<Response> result = co_await call<Response>(request, kCallTimeout);
            const bool final = result.ok() || !may_pass(result.status().code());
            if (final || clock_.now() >= end || closing_) {
                Persisted<Response> persisted{std::move(result), ambiguous};
                co_return persisted;
            }
            ambiguous = true;
            ++retries_;
            co_await pause(tries);
        }
    }

    // One call of gRPC's health service: the least that a call can cost.
    Async<Status> check_health(Duration timeout);

    // Waits a moment that grows with the number of tries so far, from 10 ms to 500 ms.
    Async<void> pause(int tries);
    // Whether the same call may succeed a little later.
    static bool may_pass(Code code);

    // Ends every open call with Cancelled, and every repetition.
    void close();

    bool closing() const { return closing_; }
    std::size_t retries() const { return retries_; }
    std::size_t calls() const { return calls_; }

    static constexpr Duration kCallTimeout = 10s;

private:
    struct Call;
    struct Channels;

    static std::string path_of(const std::string& request_name);
    // The bytes of the answer.
    Async<Result<std::string>> send(std::string path, std::string request, Duration timeout);

    Options options_;
    Lane& lane_;
    Clock& clock_;
    Random& random_;
    std::unique_ptr<Channels> channels_;
    std::set<Call*> open_;
    bool closing_ = false;
    std::size_t retries_ = 0;
    std::size_t calls_ = 0;
};

}  // namespace server::driver
