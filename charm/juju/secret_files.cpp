#include "charm/juju/secret_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace charm::juju {

namespace {

Status write_private(const std::string& path, const std::string& value) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return server::internal_error(path + ": " + std::strerror(errno));
    std::size_t written = 0;
    while (written < value.size()) {
        const ssize_t count = ::write(file, value.data() + written, value.size() - written);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        written += static_cast<std::size_t>(count);
    }
    close(file);
    if (written == value.size()) return ok_status();
    return server::internal_error(path + ": " + std::strerror(errno));
}

}  // namespace

SecretFiles::~SecretFiles() {
    for (const std::string& path : paths_) unlink(path.c_str());
    if (!folder_.empty()) rmdir(folder_.c_str());
}

Result<std::vector<std::string>> SecretFiles::write(
    const std::map<std::string, std::string>& values) {
    std::string name = "/tmp/charm-secret-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) {
        return server::internal_error("no folder for secrets in /tmp: " +
                                      std::string(std::strerror(errno)));
    }
    folder_ = name;
    std::vector<std::string> arguments;
    for (const auto& [key, value] : values) {
        const std::string path = folder_ + "/" + key;
        paths_.push_back(path);
        TRY(write_private(path, value));
        arguments.push_back(key + "#file=" + path);
    }
    return arguments;
}

}  // namespace charm::juju
