#include "tests/store/postgres/certificates.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace server::tests {

namespace {

constexpr long kDay = 24L * 3600;

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

File open_file(const std::string& path, const char* mode) {
    File file(std::fopen(path.c_str(), mode));
    if (!file) throw std::runtime_error("cannot open " + path);
    return file;
}

Key read_key(const std::string& path) {
    return {PEM_read_PrivateKey(open_file(path, "r").get(), nullptr, nullptr, nullptr),
            EVP_PKEY_free};
}

}  // namespace

void write_text(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::trunc) << text;
}

void make_expired_certificate(const std::string& ca_file, const std::string& ca_key_file,
                              const std::string& key_file, const std::string& path) {
    const Certificate authority(
        PEM_read_X509(open_file(ca_file, "r").get(), nullptr, nullptr, nullptr), X509_free);
    const Key authority_key = read_key(ca_key_file);
    const Key key = read_key(key_file);
    const Certificate made(X509_new(), X509_free);
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 77);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -10 * kDay);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), -kDay);
    X509_set_issuer_name(made.get(), X509_get_subject_name(authority.get()));
    X509_set_pubkey(made.get(), key.get());
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    X509_add_ext(made.get(), names, -1);
    X509_EXTENSION_free(names);
    X509_sign(made.get(), authority_key.get(), EVP_sha256());
    PEM_write_X509(open_file(path, "w").get(), made.get());
}

}  // namespace server::tests
