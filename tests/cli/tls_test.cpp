// TLS of the client, against a listener that has a certificate.
#include <grpcpp/ext/health_check_service_server_builder_option.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include <fstream>

#include "tests/cli/child.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

using namespace server::tests;
using Words = std::vector<std::string>;
using Catch::Matchers::Contains;

namespace {

std::string text_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// A certificate of its own for `name`, and the key to it.
struct Certificate {
    Certificate(const TempDir& folder, const std::string& name)
        : certificate(folder.file(name + ".crt")), key(folder.file(name + ".key")) {
        const Finished made =
            finish({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=" + name,
                    "-addext", "subjectAltName=DNS:" + name, "-keyout", key, "-out", certificate});
        INFO(made.err);
        REQUIRE(made.code == 0);
    }
    std::string certificate;
    std::string key;
};

// A server that knows only health, and only those who show the client's certificate.
class TlsListener {
public:
    TlsListener(const Certificate& own, const Certificate& client) {
        grpc::EnableDefaultHealthCheckService(true);
        grpc::SslServerCredentialsOptions options(
            GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
        options.pem_root_certs = text_of(client.certificate);
        options.pem_key_cert_pairs.push_back({text_of(own.key), text_of(own.certificate)});
        grpc::ServerBuilder builder;
        // Without a service of its own nothing would be served.
        builder.RegisterCallbackGenericService(&others_);
        builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &port_);
        server_ = builder.BuildAndStart();
        REQUIRE(server_ != nullptr);
        server_->GetHealthCheckService()->SetServingStatus(
            "temporal.api.workflowservice.v1.WorkflowService", true);
    }
    ~TlsListener() { server_->Shutdown(); }

    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

private:
    grpc::CallbackGenericService others_;
    int port_ = 0;
    std::unique_ptr<grpc::Server> server_;
};

}  // namespace

TEST_CASE("a client with certificates reaches a server that asks for them", "[cli][tls]") {
    const TempDir folder;
    const Certificate own(folder, "temporal.test");
    const Certificate client(folder, "client.test");
    const TlsListener listener(own, client);

    SECTION("by flags") {
        const Finished served = finish(
            {program("temporal"), "operator", "cluster", "health", "--address", listener.address(),
             "--tls-ca-path", own.certificate, "--tls-cert-path", client.certificate,
             "--tls-key-path", client.key, "--tls-server-name", "temporal.test"});
        CHECK(served.err.empty());
        CHECK(served.out == "SERVING\n");
    }
    SECTION("by variables, and without a look at the server's certificate") {
        const Finished served =
            finish({program("temporal"), "operator", "cluster", "health"},
                   {.environment = {"TEMPORAL_ADDRESS=" + listener.address(),
                                    "TEMPORAL_TLS_CLIENT_CERT_PATH=" + client.certificate,
                                    "TEMPORAL_TLS_CLIENT_KEY_PATH=" + client.key,
                                    "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION=true"}});
        CHECK(served.err.empty());
        CHECK(served.out == "SERVING\n");
    }
    SECTION("by the flags of the older program") {
        const Finished served =
            finish({program("tctl"), "--address", listener.address(), "--tls_ca_path",
                    own.certificate, "--tls_cert_path", client.certificate, "--tls_key_path",
                    client.key, "--tls_server_name", "temporal.test", "cluster", "health"});
        CHECK(served.err.empty());
        CHECK_THAT(served.out, Contains("SERVING"));
    }
    SECTION("another name in the server's certificate is refused") {
        const Finished refused = finish(
            {program("temporal"), "operator", "cluster", "health", "--address", listener.address(),
             "--tls-ca-path", own.certificate, "--tls-cert-path", client.certificate,
             "--tls-key-path", client.key, "--tls-server-name", "other.test"});
        CHECK(refused.code == 1);
        CHECK_THAT(refused.err,
                   Contains("cannot reach a Temporal server at " + listener.address()));
    }
    SECTION("plain text is refused") {
        const Finished refused = finish({program("temporal"), "operator", "cluster", "health",
                                         "--address", listener.address()});
        CHECK(refused.code == 1);
    }
}
