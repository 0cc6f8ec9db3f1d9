#include "tests/store/sqlite/disk_faults.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace {

std::atomic<int> write_errno = 0;
std::atomic<bool> sync_fails = false;

int sync_or_fail(int descriptor) {
    if (!sync_fails) return static_cast<int>(::syscall(SYS_fdatasync, descriptor));
    errno = EIO;
    return -1;
}

ssize_t write_or_fail(int descriptor, const void* bytes, size_t count, off64_t offset) {
    if (write_errno == 0) return ::syscall(SYS_pwrite64, descriptor, bytes, count, offset);
    errno = write_errno;
    return -1;
}

}  // namespace

// These take the place of the C library's for every library of this program.
extern "C" {

int fsync(int descriptor) { return sync_or_fail(descriptor); }
int fdatasync(int descriptor) { return sync_or_fail(descriptor); }
ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t offset) {
    return write_or_fail(descriptor, bytes, count, offset);
}
ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t offset) {
    return write_or_fail(descriptor, bytes, count, offset);
}

}  // extern "C"

namespace server::tests {

FailingDisk::FailingDisk(DiskFault fault) {
    switch (fault) {
    case DiskFault::write_no_space: write_errno = ENOSPC; break;
    case DiskFault::write_error: write_errno = EIO; break;
    case DiskFault::sync_error: sync_fails = true; break;
    }
}

FailingDisk::~FailingDisk() {
    write_errno = 0;
    sync_fails = false;
}

}  // namespace server::tests
