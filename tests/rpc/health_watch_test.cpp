#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <deque>

#include "grpc/health/v1/health.pb.h"
#include "server/rpc/health.h"
#include "tests/rpc/edge.h"
#include "tests/support/catch.h"
#include "tests/support/role_edge.h"

using namespace server;
using namespace server::tests;

namespace {

using HealthAnswer = grpc::health::v1::HealthCheckResponse;

// A client of grpc.health.v1 Watch.
class Watch {
public:
    Watch(int port, const std::string& service)
        : stub_(grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                                    grpc::InsecureChannelCredentials())) {
        grpc::health::v1::HealthCheckRequest request;
        request.set_service(service);
        const grpc::Slice slice(request.SerializeAsString());
        grpc::ByteBuffer bytes(&slice, 1);
        context_.set_deadline(SystemClock().now() + 20s);
        stream_ = stub_.PrepareCall(&context_, "/grpc.health.v1.Health/Watch", &queue_);
        stream_->StartCall(this);
        wait();
        stream_->WriteLast(bytes, grpc::WriteOptions(), this);
        wait();
    }
    ~Watch() {
        context_.TryCancel();
        queue_.Shutdown();
        void* tag = nullptr;
        bool ok = false;
        while (queue_.Next(&tag, &ok)) {
        }
    }

    // The next state; nothing when the stream has ended.
    std::optional<HealthAnswer::ServingStatus> next() {
        grpc::ByteBuffer bytes;
        stream_->Read(&bytes, this);
        if (!wait()) return std::nullopt;
        grpc::Slice slice;
        HealthAnswer answer;
        REQUIRE(bytes.DumpToSingleSlice(&slice).ok());
        REQUIRE(answer.ParseFromArray(slice.begin(), static_cast<int>(slice.size())));
        return answer.status();
    }
    grpc::StatusCode end() {
        grpc::Status status;
        stream_->Finish(&status, this);
        wait();
        return status.error_code();
    }

private:
    bool wait() {
        void* tag = nullptr;
        bool ok = false;
        REQUIRE(queue_.Next(&tag, &ok));
        return ok;
    }

    grpc::GenericStub stub_;
    grpc::ClientContext context_;
    grpc::CompletionQueue queue_;
    std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
};

}  // namespace

TEST_CASE("a health watch tells the state now and at each change", "[rpc][health]") {
    Edge edge;
    edge.start();
    Watch watch(edge.server->port(), std::string(kOperatorService));
    CHECK(watch.next() == HealthAnswer::SERVING);
    edge.server->health().set(std::string(kOperatorService), false);
    CHECK(watch.next() == HealthAnswer::NOT_SERVING);
    edge.server->health().set(std::string(kOperatorService), true);
    CHECK(watch.next() == HealthAnswer::SERVING);
    edge.server->set_draining();
    CHECK(watch.next() == HealthAnswer::NOT_SERVING);
    CHECK(edge.describe().status.error_code() == grpc::StatusCode::UNIMPLEMENTED);  // it answers
}

TEST_CASE("a health watch of an unknown name waits until it is known", "[rpc][health]") {
    Edge edge;
    edge.start();
    Watch watch(edge.server->port(), "later");
    CHECK(watch.next() == HealthAnswer::SERVICE_UNKNOWN);
    edge.server->health().set("later", true);
    CHECK(watch.next() == HealthAnswer::SERVING);
}

TEST_CASE("stopping the listener ends its health watches at once", "[rpc][health]") {
    Edge edge;
    edge.start();
    Watch watch(edge.server->port(), "");
    CHECK(watch.next() == HealthAnswer::SERVING);
    const TimePoint begin = edge.clock.now();
    edge.server->stop(10s);
    CHECK(edge.clock.now() - begin < 5s);
    CHECK(watch.next() == HealthAnswer::NOT_SERVING);
    CHECK_FALSE(watch.next());
    CHECK(watch.end() == grpc::StatusCode::UNAVAILABLE);
}

TEST_CASE("health watches beyond the maximum are refused", "[rpc][health]") {
    struct Silent final : rpc::Health::Watcher {
        void changed(std::optional<bool>) override {}
        void end() override {}
    };
    rpc::Health health;
    std::deque<Silent> watchers(1001);
    for (int index = 0; index < 1000; ++index) REQUIRE(health.add_watcher("", watchers[index]));
    CHECK_FALSE(health.add_watcher("", watchers[1000]));
    health.remove_watcher("", watchers[0]);
    CHECK(health.add_watcher("", watchers[1000]));
    health.end_watches();
    health.remove_watcher("", watchers[1]);
    CHECK_FALSE(health.add_watcher("", watchers[1]));
}

TEST_CASE("each listener of a process has its own health, by the names tools ask for",
          "[rpc][health]") {
    AnsweringPeer callee = well();
    RoleEdge history;
    auto options = RoleEdge::default_options();
    options.health_names = {rpc::kHistoryHealth};
    history.start(callee, options);
    RoleEdge matching;
    options.health_names = {rpc::kMatchingHealth};
    matching.start(callee, options);
    history.server->set_draining();
    CHECK(history.server->health().find(rpc::kHistoryHealth) == false);
    CHECK(history.server->health().find("") == false);
    CHECK_FALSE(history.server->health().find(rpc::kMatchingHealth));
    CHECK_FALSE(history.server->health().find("server.role.v1.Cluster"));
    CHECK(matching.server->health().find(rpc::kMatchingHealth) == true);
    CHECK(Caller(history.address()).watch().ok());  // draining, and still answering
}
