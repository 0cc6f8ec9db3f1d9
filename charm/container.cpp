#include "charm/container.h"

namespace charm {

Container lost_container(const Status& failure) {
    Container container;
    container.failure = failure;
    return container;
}

std::optional<Need> container_need(const std::string& name, const Container& container,
                                   const std::string& again) {
    if (container.reachable) return std::nullopt;
    const Status& failure = container.failure;
    const std::string what = name + " container: ";
    if (failure.ok() || failure.code() == Code::Unavailable) {
        return waiting(what + "not ready; Kubernetes starts it");
    }
    if (failure.code() == Code::DeadlineExceeded) return waiting(what + failure.message());
    // It will say the same again until somebody changes what it is about.
    return blocked(what + "Pebble refuses: " + failure.message() + "; once mended, run " + again);
}

}  // namespace charm
