#include "server/frontend/limits/open_waits.h"

namespace server::frontend {

Result<OpenWaits::Place> OpenWaits::enter(const std::string& namespace_id, std::size_t count_max) {
    {
        const std::lock_guard lock(mutex_);
        auto& count = counts_[namespace_id];
        if (count >= count_max) {
            const ResourceExhausted detail{ResourceExhausted::Cause::concurrent,
                                           ResourceExhausted::Scope::of_namespace};
            return Status(Code::ResourceExhausted,
                          "namespace concurrent poller limit exceeded: " + std::to_string(count) +
                              " calls wait, the maximum",
                          detail);
        }
        ++count;
    }
    return Place(*this, namespace_id);
}

std::size_t OpenWaits::count(const std::string& namespace_id) const {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(namespace_id);
    return found == counts_.end() ? 0 : found->second;
}

void OpenWaits::leave(const std::string& namespace_id) {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(namespace_id);
    if (--found->second == 0) counts_.erase(found);
}

}  // namespace server::frontend
