#pragma once
// Requests with one fault each, and what the frontend must say to them.

#include <functional>
#include <string>
#include <vector>

#include "tests/frontend/world.h"
#include "tests/support/catch.h"

namespace server::tests::bad_requests {

struct Fault {
    std::string what;
    std::function<Status(FrontendWorld&)> send;
    std::string message;  // part of it
    Code code = Code::InvalidArgument;
};
using Faults = std::vector<Fault>;

inline const std::string kLong(1001, 'x');
inline constexpr std::string_view kTooLong = " length exceeds limit: 1001 bytes, 1000 are allowed.";

// Faults of one method: each spoils one field of a request that is right.
template <class Request, class Response>
class Family {
public:
    Family(std::string method, Request right) : method_(std::move(method)), right_(right) {}

    void add(const std::string& what, const std::function<void(Request&)>& spoil,
             const std::string& message) {
        Request request = right_;
        spoil(request);
        const auto send = [method = method_, request](FrontendWorld& world) {
            return world.call<Response>(method, request).status();
        };
        faults_.push_back({method_ + ": " + what, send, message});
    }
    void add_long(const std::string& field, const std::function<void(Request&)>& spoil) {
        add("a long " + field, spoil, field + std::string(kTooLong));
    }
    // What every request has that names a run; `execution` gives its field.
    void add_execution(const std::function<common::WorkflowExecution&(Request&)>& execution,
                       const std::function<void(Request&)>& clear) {
        add("no execution", clear, "Execution is not set on request.");
        add(
            "no workflow id", [=](Request& r) { execution(r).clear_workflow_id(); },
            "WorkflowId is not set on request.");
        add_long("WorkflowId", [=](Request& r) { execution(r).set_workflow_id(kLong); });
        add(
            "a run id that is none", [=](Request& r) { execution(r).set_run_id("first"); },
            "Invalid RunId: 'first' is not a UUID.");
    }
    void move_to(Faults& all) {
        for (Fault& fault : faults_) all.push_back(std::move(fault));
    }
    void add_linked() {
        add(
            "too many links",
            [](Request& r) {
                for (int link = 0; link < 11; ++link) r.add_links();
            },
            "cannot attach more than 10 links per request, got 11");
        add(
            "a large link",
            [](Request& r) {
                r.add_links()->mutable_workflow_event()->set_workflow_id(std::string(4001, 'w'));
            },
            "link exceeds allowed size of 4000, got ");
    }

private:
    std::string method_;
    Request right_;
    Faults faults_;
};

template <class Request>
Request about_run() {
    Request request;
    request.set_namespace_("orders");
    request.mutable_workflow_execution()->set_workflow_id("order-17");
    return request;
}
template <class Request>
Request about_execution() {
    Request request;
    request.set_namespace_("orders");
    request.mutable_execution()->set_workflow_id("order-17");
    return request;
}

template <class Request, class Response>
void add_run_faults(Family<Request, Response>& family) {
    family.add_execution(
        [](Request & r) -> auto& { return *r.mutable_workflow_execution(); },
        [](Request& r) { r.clear_workflow_execution(); });
}
template <class Request, class Response>
void add_execution_faults(Family<Request, Response>& family) {
    family.add_execution(
        [](Request & r) -> auto& { return *r.mutable_execution(); },
        [](Request& r) { r.clear_execution(); });
}

// Each is refused with its text and no detail, and nobody behind the frontend hears of it.
inline void check(FrontendWorld& world, const Faults& faults) {
    REQUIRE(!faults.empty());
    for (const Fault& fault : faults) {
        INFO(fault.what);
        const Status refused = fault.send(world);
        CHECK(refused.code() == fault.code);
        CHECK_THAT(refused.message(), Catch::Contains(fault.message));
        CHECK(refused.any_detail() == nullptr);
    }
    CHECK(world.history.calls.empty());
    CHECK(world.matching.calls.empty());
}

}  // namespace server::tests::bad_requests
