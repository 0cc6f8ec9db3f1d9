#include "tests/support/driver/full_disk.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

namespace server::driver {

namespace {

constexpr std::uintmax_t kDiskBytesMax = 64 << 20;
// No transition fits into what is less.
constexpr std::uintmax_t kFullBelowBytes = 32 << 10;
constexpr mode_t kMode = 0600;

// Shares of the disk: a write-ahead log of 4 MB and the file fit into what is left.
constexpr int kReservePercent = 25;
constexpr int kSlicesPercent = 20;

}  // namespace

Status FullDisk::fill() {
    const std::uintmax_t disk_bytes = std::filesystem::space(directory_).capacity;
    if (disk_bytes > kDiskBytesMax) {
        return unavailable(directory_ + " is on a disk of " + std::to_string(disk_bytes) +
                           " bytes: mount a small one there");
    }
    TRY(reserve(slice_file(slices_), disk_bytes * kReservePercent / 100));
    for (int number = 0; number < slices_; ++number) {
        const auto slices = static_cast<std::uintmax_t>(slices_);
        TRY(reserve(slice_file(number), disk_bytes * kSlicesPercent / 100 / slices));
    }
    return ok_status();
}

bool FullDisk::is_full() const {
    return std::filesystem::space(directory_).available < kFullBelowBytes;
}

void FullDisk::give_room() { std::filesystem::remove(slice_file(given_++)); }

void FullDisk::give_all() {
    while (given_ <= slices_) give_room();
}

Status FullDisk::reserve(const std::string& file, std::uintmax_t size_bytes) const {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, kMode);
    if (descriptor < 0) return unavailable("cannot create " + file + ": " + std::strerror(errno));
    const int failure = ::posix_fallocate(descriptor, 0, static_cast<off_t>(size_bytes));
    ::close(descriptor);
    if (failure == 0) return ok_status();
    return unavailable("cannot fill " + directory_ + ": " + std::strerror(failure));
}

}  // namespace server::driver
