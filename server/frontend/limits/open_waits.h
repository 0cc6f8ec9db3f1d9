#pragma once
// Counts the calls of each namespace that wait (polls, long polls of history, queries) and refuses
// those above the limit, so that one namespace cannot take all memory and streams. Any thread.

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "server/base/status.h"

namespace server::frontend {

class OpenWaits {
public:
    // A place; given back when destroyed.
    class Place {
    public:
        Place(OpenWaits& waits, std::string namespace_id)
            : waits_(&waits), namespace_id_(std::move(namespace_id)) {}
        Place(Place&& other) noexcept
            : waits_(std::exchange(other.waits_, nullptr)),
              namespace_id_(std::move(other.namespace_id_)) {}
        Place& operator=(Place&&) = delete;
        ~Place() {
            if (waits_) waits_->leave(namespace_id_);
        }

    private:
        OpenWaits* waits_;
        std::string namespace_id_;
    };

    // ResourceExhausted (concurrent, of the namespace) when count_max places are taken.
    Result<Place> enter(const std::string& namespace_id, std::size_t count_max);
    std::size_t count(const std::string& namespace_id) const;

private:
    void leave(const std::string& namespace_id);

    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::size_t> counts_;
};

}  // namespace server::frontend
