#include "server/store/sqlite/process_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace server::store::sqlite {

namespace {

constexpr mode_t kLockFileMode = 0644;

std::string reason_of(int error) { return std::generic_category().message(error); }

// "process 123", or less when the owner has not written its pid yet.
std::string owner_of(int descriptor) {
    std::array<char, 16> text{};
    const ssize_t length = ::pread(descriptor, text.data(), text.size(), 0);
    const std::string pid(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    const std::size_t digits = pid.find_first_not_of("0123456789");
    if (digits == 0 || pid.empty()) return "another process";
    return "process " + pid.substr(0, digits);
}

Status cannot_lock(const std::string& lock_file, int error) {
    return unavailable("cannot lock the database with " + lock_file + ": " + reason_of(error) +
                       "; choose a directory that exists and is writable");
}

Status write_pid(int descriptor, const std::string& lock_file) {
    const std::string pid = std::to_string(::getpid()) + "\n";
    const bool written =
        ::ftruncate(descriptor, 0) == 0 &&
        ::pwrite(descriptor, pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
    return written ? ok_status() : cannot_lock(lock_file, errno);
}

}  // namespace

Result<ProcessLock> ProcessLock::acquire(const std::string& database_file) {
    const std::string lock_file = database_file + ".lock";
    const int descriptor = ::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kLockFileMode);
    if (descriptor < 0) return cannot_lock(lock_file, errno);
    ProcessLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return cannot_lock(lock_file, errno);
        return failed_precondition("database file " + database_file + " is in use by " +
                                   owner_of(descriptor) + ": stop it, or choose another file");
    }
    TRY(write_pid(descriptor, lock_file));
    return lock;
}

ProcessLock::~ProcessLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

ProcessLock::ProcessLock(ProcessLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

}  // namespace server::store::sqlite
