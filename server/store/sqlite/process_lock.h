#pragma once
// Keeps a second process away from a database file: two writers would each believe to own every
// shard. The lock is the kernel's (flock on `<file>.lock`), so it ends with the process, however
// that ends; the lock file stays and holds the pid of the last owner.

#include <string>

#include "server/base/status.h"

namespace server::store::sqlite {

class ProcessLock {
public:
    // FailedPrecondition naming the owner's pid when another store has the file open, in this
    // process or in another one; Unavailable when the lock file cannot be made.
    static Result<ProcessLock> acquire(const std::string& database_file);

    ~ProcessLock();
    ProcessLock(ProcessLock&& other) noexcept;
    ProcessLock& operator=(ProcessLock&&) = delete;

private:
    explicit ProcessLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace server::store::sqlite
