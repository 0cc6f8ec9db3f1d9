#include "cli/client/credentials.h"

#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

namespace cli {

namespace {

// An encrypted connection to whoever answers.
std::shared_ptr<grpc::ChannelCredentials> unchecked_credentials(const Tls& tls) {
    using namespace grpc::experimental;
    TlsChannelCredentialsOptions options;
    options.set_verify_server_certs(false);
    options.set_check_call_host(false);
    options.set_certificate_verifier(std::make_shared<NoOpCertificateVerifier>());
    if (!tls.certificate.empty()) {
        const std::vector<IdentityKeyCertPair> identity{{tls.key, tls.certificate}};
        options.set_certificate_provider(std::make_shared<StaticDataCertificateProvider>(identity));
        options.watch_identity_key_cert_pairs();
    }
    return TlsCredentials(options);
}

}  // namespace

std::shared_ptr<grpc::ChannelCredentials> credentials_for(const std::optional<Tls>& tls) {
    if (!tls) return grpc::InsecureChannelCredentials();
    if (!tls->check_server) return unchecked_credentials(*tls);
    return grpc::SslCredentials({tls->ca_certificates, tls->key, tls->certificate});
}

}  // namespace cli
