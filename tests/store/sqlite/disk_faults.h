#pragma once
// A disk that fails: what SQLite's calls of write and sync get from the system while one of these
// lives. For the whole test program, so one at a time, and nothing else writes to files meanwhile.

namespace server::tests {

enum class DiskFault {
    write_no_space,  // ENOSPC
    write_error,     // EIO
    sync_error,      // EIO, after the bytes were written
};

class FailingDisk {
public:
    explicit FailingDisk(DiskFault fault);
    ~FailingDisk();
    FailingDisk(const FailingDisk&) = delete;
    FailingDisk& operator=(const FailingDisk&) = delete;
};

}  // namespace server::tests
