#include <mutex>

#include "server/rpc/remote_history.h"
#include "server/rpc/remote_matching.h"
#include "tests/support/catch.h"
#include "tests/support/role_edge.h"

using namespace server;
using namespace server::tests;

namespace {

// Puts a text into the first string field, whichever it is.
void sign_request(google::protobuf::Message& request, const std::string& text) {
    const auto& descriptor = *request.GetDescriptor();
    for (int index = 0; index < descriptor.field_count(); ++index) {
        const auto* field = descriptor.field(index);
        if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_STRING) continue;
        request.GetReflection()->SetString(&request, field, text);
        return;
    }
    FAIL("no string in " << descriptor.full_name());
}

// A table that keeps what reaches it.
template <class Role>
class Recorder {
public:
    Recorder() : table(rpc::RoleMethods<Role>::kService) {
        rpc::RoleMethods<Role>::visit_methods([this](auto method) { add(method); });
    }

    rpc::MethodTable table;
    std::vector<std::pair<std::string, std::string>> seen;  // method, bytes of its request

private:
    template <class Response, class Request>
    void add(Async<Result<Response>> (Role::*)(rpc::CallContext, Request)) {
        const std::string name = rpc::method_name_of(*Request::descriptor());
        table.add<Request, Response>(name, [this, name](rpc::CallContext, Request request) {
            seen.emplace_back(name, request.SerializeAsString());
            return answer<Response>();
        });
    }
    template <class Response>
    static Async<Result<Response>> answer() {
        co_return Response();
    }
};

template <class Role, class Response, class Request>
void call_method(Role& role, Async<Result<Response>> (Role::*method)(rpc::CallContext, Request),
                 std::vector<std::pair<std::string, std::string>>& sent) {
    const std::string name = rpc::method_name_of(*Request::descriptor());
    Request request;
    sign_request(request, "for " + name);
    sent.emplace_back(name, request.SerializeAsString());
    const auto answer = await((role.*method)(rpc::CallContext(), request));
    CHECK(answer.ok());
}

// caller ─▶ a process whose role is itself remote ─▶ the recorder: each method crosses twice.
template <class Role, class Remote>
void check_every_method() {
    Recorder<Role> recorder;
    RoleEdge far;
    far.start({&recorder.table});
    SystemClock clock;
    rpc::Peers peers(clock);
    Remote to_far(peers, far.address());
    const rpc::MethodTable table = rpc::table_of(to_far);
    RoleEdge near;
    near.start({&table});
    Remote to_near(peers, near.address());
    std::vector<std::pair<std::string, std::string>> sent;
    rpc::RoleMethods<Role>::visit_methods(
        [&](auto method) { call_method<Role>(to_near, method, sent); });
    CHECK(static_cast<int>(sent.size()) == table.service().method_count());
    CHECK(recorder.seen == sent);
    peers.stop();
}

}  // namespace

TEST_CASE("every method of history reaches the same method of another process", "[rpc][peer]") {
    check_every_method<rpc::History, rpc::RemoteHistory>();
}

TEST_CASE("every method of matching reaches the same method of another process", "[rpc][peer]") {
    check_every_method<rpc::Matching, rpc::RemoteMatching>();
}

TEST_CASE("a role may be dropped while its call is open", "[rpc][peer]") {
    RoleEdge edge;
    HoldingPeer callee(edge.clock, *edge.lanes);
    edge.start(callee);
    SystemClock clock;
    Lane lane("caller");
    rpc::Peers::Options options;
    options.limits.peers_max = 1;
    rpc::Peers peers(clock, std::move(options));
    auto remote = std::make_unique<rpc::RemoteClusterPeer>(peers, edge.address());
    auto call = remote->watch({}, {});
    remote.reset();
    const auto other = peers.to("127.0.0.1:1");  // the pool drops the peer as well
    CHECK(peers.size() == 1);
    std::promise<WatchResult> promise;
    auto pending = promise.get_future();
    const auto run = [](Async<WatchResult> work, std::promise<WatchResult>& to) -> Async<void> {
        to.set_value(co_await std::move(work));
    };
    lane.spawn(run(std::move(call), promise));
    callee.wait_begun(1);
    edge.server->stop(10s);
    CHECK(get(pending).ok());
}
