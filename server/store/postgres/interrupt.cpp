#include "server/store/postgres/interrupt.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "server/base/assert.h"

namespace server::store::postgres {

Interrupt::Interrupt() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    ASSERT(descriptor_ >= 0, "no descriptor left for an eventfd");
}

Interrupt::~Interrupt() { ::close(descriptor_); }

void Interrupt::raise() {
    const std::uint64_t one = 1;
    const auto written = ::write(descriptor_, &one, sizeof one);
    ASSERT(written == sizeof one, "an eventfd takes a one");
}

bool Interrupt::raised() const {
    pollfd waiting{descriptor_, POLLIN, 0};
    return ::poll(&waiting, 1, 0) > 0;
}

}  // namespace server::store::postgres
