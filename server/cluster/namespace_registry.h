#pragma once
// The namespaces, as every role sees them: a cached view over store::Namespaces.
//
//   find ──▶ entry younger than 2 s ──────────────────────────▶ answer
//        ──▶ older: one caller reads it again, the others take the old one meanwhile
//        ──▶ unknown: read through; "no such namespace" is kept for 1 s
//
// Entries are immutable snapshots; a change makes a new one. Nothing is read while nobody asks.
// Safe on every lane.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/base/time.h"
#include "server/runtime/clock.h"
#include "server/runtime/random.h"
#include "server/state/v1/namespace.pb.h"
#include "server/store/namespaces.h"
#include "server/visibility/search_attributes.h"
#include "temporal/api/enums/v1/namespace.pb.h"

namespace server::cluster {

struct NamespaceEntry {
    std::string id;
    std::string name;
    ::temporal::api::enums::v1::NamespaceState state{};
    Duration retention{};
    visibility::SearchAttributeCatalog search_attributes;
    state::v1::Namespace stored;  // info and config as clients get them back
    std::int64_t version = 0;     // grows with each update
};

using NamespacePtr = std::shared_ptr<const NamespaceEntry>;

class NamespaceRegistry {
public:
    struct Options {
        Duration refresh_after = 2s;
        Duration miss_kept_for = 1s;
        Duration unknown_kept_for = 100ms;  // "no such search attribute"
        std::size_t entries_max = 10'000;
        std::size_t misses_max = 1'000;
        int update_attempts_max = 5;
    };
    using Change = std::function<Status(state::v1::Namespace&)>;

    // The collaborators outlive the registry.
    NamespaceRegistry(store::Namespaces& namespaces, Clock& clock, Random& random)
        : NamespaceRegistry(namespaces, clock, random, Options{}) {}
    NamespaceRegistry(store::Namespaces& namespaces, Clock& clock, Random& random, Options options);

    // NotFound with NamespaceNotFound; Unavailable when it is not cached and the store cannot be
    // read.
    Async<Result<NamespacePtr>> find(std::string name);
    Async<Result<NamespacePtr>> find_by_id(std::string id);

    // As find_by_id(); where the cached entry does not know one of these search attributes, the
    // store's own word: another process may have added it a moment ago.
    Async<Result<NamespacePtr>> find_knowing(std::string id, std::vector<std::string> attributes);
    // The store's own word, unless it was asked within `unknown_kept_for`: for who would refuse
    // something on the word of the cached `entry`.
    Async<Result<NamespacePtr>> find_anew(NamespacePtr entry);

    // The newest known snapshot without a read, null when there is none.
    NamespacePtr find_cached(const std::string& name) const;
    // The name of the id, empty when it is not in memory.
    std::string find_cached_name(const std::string& id) const;

    // Stores a new namespace: a registered one, whose id is made here. AlreadyExists with
    // NamespaceAlreadyExists.
    Async<Result<NamespacePtr>> create(state::v1::Namespace stored);
    // Returns the namespace with this name, creating it (state registered, no description) when it
    // is missing. Two processes may do so at once.
    Async<Result<NamespacePtr>> ensure(std::string name, Duration retention);

    // Reads the stored namespace, changes it and stores it; repeats from the start when another
    // writer was faster, so `change` may run more than once. The change's failure is passed on and
    // nothing is stored.
    Async<Result<NamespacePtr>> update(std::string name, Change change);

    // A page in order of name, from the store.
    Async<Result<std::vector<NamespacePtr>>> list(std::string after, std::int32_t count_max);

private:
    struct Cached {
        NamespacePtr entry;
        TimePoint loaded;
        bool refreshing = false;
    };
    enum class Known { fresh, stale, missing, unknown };
    struct Lookup {
        Known known = Known::unknown;
        NamespacePtr entry;
    };

    Lookup look_up(const std::string& name);
    Async<Result<NamespacePtr>> read_by_name(std::string name);
    bool loaded_within(const std::string& name, Duration span);
    NamespacePtr remember(const store::NamespaceRecord& record);
    void remember_miss(const std::string& key);
    void refresh_failed(const std::string& name);
    void make_room();

    store::Namespaces& namespaces_;
    Clock& clock_;
    Random& random_;
    const Options options_;

    mutable std::mutex mutex_;
    std::unordered_map<std::string, Cached> by_name_;
    std::unordered_map<std::string, std::string> name_of_id_;
    // A name or "id:" + id, and when it was asked for.
    std::unordered_map<std::string, TimePoint> misses_;
};

}  // namespace server::cluster
