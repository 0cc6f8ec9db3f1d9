#pragma once
// grpc.health.v1: which services answer. "" (the process) is known from the start; a name nobody
// set is NOT_FOUND.

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "server/rpc/method_table.h"

namespace server::rpc {

// The names that Temporal's tools ask the listeners of the roles for.
inline constexpr char kHistoryHealth[] = "temporal.api.workflowservice.v1.HistoryService";
inline constexpr char kMatchingHealth[] = "temporal.api.workflowservice.v1.MatchingService";
inline constexpr char kWorkerHealth[] = "temporal.api.workflowservice.v1.WorkerService";
inline constexpr char kAdminHealth[] = "temporal.api.adminservice.v1.AdminService";

// Any thread.
class Health {
public:
    // Told of changes; called with the lock of Health held, so it must not call back.
    class Watcher {
    public:
        virtual ~Watcher() = default;
        // Nothing: the name is not known.
        virtual void changed(std::optional<bool> serving) = 0;
        // The listener is about to close.
        virtual void end() = 0;
    };

    void set(std::string service, bool serving);
    // From now on every known name answers NOT_SERVING.
    void set_draining();
    std::optional<bool> find(const std::string& service) const;

    // Tells the present state at once. False when there are too many, or no more are taken.
    bool add_watcher(const std::string& service, Watcher& watcher);
    void remove_watcher(const std::string& service, Watcher& watcher);
    // Drains, ends the watches and takes no more.
    void end_watches();
    // Blocks until the watches have gone, their last answers with them; at most `time`.
    void wait_until_unwatched(Duration time);

    // Adds Check to a table of grpc.health.v1.Health (Watch: health_watch.h).
    void register_methods(MethodTable& table);

private:
    static constexpr std::size_t kWatchersMax = 1000;

    std::optional<bool> find_locked(const std::string& service) const;
    void tell_all();

    mutable std::mutex mutex_;
    std::condition_variable unwatched_;
    bool draining_ = false;
    bool ended_ = false;
    std::map<std::string, bool> serving_{{"", true}};
    std::set<std::pair<std::string, Watcher*>> watchers_;
};

}  // namespace server::rpc
