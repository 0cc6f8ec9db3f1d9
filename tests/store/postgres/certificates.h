#pragma once
// Files for the tests of TLS and passwords.

#include <string>

namespace server::tests {

void write_text(const std::string& path, const std::string& text);

// A certificate of this authority for localhost and 127.0.0.1, valid until yesterday.
void make_expired_certificate(const std::string& ca_file, const std::string& ca_key_file,
                              const std::string& key_file, const std::string& path);

}  // namespace server::tests
