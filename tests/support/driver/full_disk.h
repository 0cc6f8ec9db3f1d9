#pragma once
// A small file system that is kept nearly full with files of our own. What is left fills up by what
// the server writes; then a slice of room is given back, until that is full too.
//
//   room from the start │ slice │ slice │ … │ reserve
//
// The reserve is for the end, when all that runs has to complete.

#include <cstdint>
#include <string>

#include "server/base/status.h"

namespace server::driver {

class FullDisk {
public:
    // `slices`: how often room will be given.
    FullDisk(std::string directory, int slices)
        : directory_(std::move(directory)), slices_(slices) {}

    // Unavailable when the directory is on a large file system, which nobody should fill.
    Status fill();
    bool is_full() const;
    void give_room();
    void give_all();

private:
    std::string slice_file(int number) const {
        return directory_ + "/ballast-" + std::to_string(number);
    }
    Status reserve(const std::string& file, std::uintmax_t size_bytes) const;

    const std::string directory_;
    const int slices_;
    int given_ = 0;
};

}  // namespace server::driver
