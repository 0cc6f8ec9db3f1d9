#include "server/runtime/random.h"

namespace server {

std::uint64_t Random::seed_from_system() {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

std::string Random::secret_bytes(std::size_t count) {
    std::random_device device;  // the kernel's generator, on Linux
    std::string bytes;
    while (bytes.size() < count) bytes.push_back(static_cast<char>(device() & 0xff));
    return bytes;
}

std::uint64_t Random::next() {
    const std::lock_guard lock(mutex_);
    return engine_();
}

std::uint64_t Random::below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }

std::string Random::uuid() {
    const std::lock_guard lock(mutex_);
    const std::uint64_t high = engine_();
    return make_uuid(high, engine_());
}

}  // namespace server
