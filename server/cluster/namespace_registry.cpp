#include "server/cluster/namespace_registry.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

namespace server::cluster {

namespace {

namespace enums = ::temporal::api::enums::v1;
using google::protobuf::util::TimeUtil;

Status no_such_namespace(const std::string& name) {
    return {Code::NotFound, "Namespace " + name + " is not found.", NamespaceNotFound{name}};
}

visibility::SearchAttributeCatalog catalog_of(const state::v1::Namespace& stored) {
    visibility::SearchAttributeCatalog::CustomTypes types;
    for (const auto& [name, number] : stored.search_attributes()) {
        const auto type = visibility::find_value_type(static_cast<int>(number));
        if (type) types.emplace(name, *type);
    }
    return visibility::SearchAttributeCatalog(std::move(types));
}

// Null when the stored bytes are damaged.
NamespacePtr entry_of(const store::NamespaceRecord& record) {
    auto entry = std::make_shared<NamespaceEntry>();
    if (!entry->stored.ParseFromString(record.details)) return nullptr;
    entry->id = record.id;
    entry->name = record.name;
    entry->version = record.version;
    entry->state = entry->stored.info().state();
    entry->retention = Duration(
        TimeUtil::DurationToNanoseconds(entry->stored.config().workflow_execution_retention_ttl()));
    entry->search_attributes = catalog_of(entry->stored);
    return entry;
}

Status damaged(const store::NamespaceRecord& record) {
    return {Code::DataLoss, "the stored namespace " + record.name + " (" + record.id +
                                ") cannot be read: " + std::to_string(record.details.size()) +
                                " damaged bytes"};
}

std::string key_of_id(const std::string& id) { return "id:" + id; }

}  // namespace

NamespaceRegistry::NamespaceRegistry(store::Namespaces& namespaces, Clock& clock, Random& random,
                                     Options options)
    : namespaces_(namespaces), clock_(clock), random_(random), options_(options) {}

Async<Result<NamespacePtr>> NamespaceRegistry::find(std::string name) {
    const Lookup lookup = look_up(name);
    if (lookup.known == Known::fresh) co_return lookup.entry;
    if (lookup.known == Known::missing) co_return no_such_namespace(name);
    auto read = co_await read_by_name(name);
    // A namespace that was known serves on while the store is away.
    if (!read.ok() && lookup.known == Known::stale && read.status().code() == Code::Unavailable) {
        refresh_failed(name);
        co_return lookup.entry;
    }
    co_return read;
}

Async<Result<NamespacePtr>> NamespaceRegistry::find_by_id(std::string id) {
    std::optional<std::string> name;
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = name_of_id_.find(id); found != name_of_id_.end()) {
            name = found->second;
        } else if (const auto miss = misses_.find(key_of_id(id));
                   miss != misses_.end() &&
                   clock_.now() < saturating_add(miss->second, options_.miss_kept_for)) {
            co_return no_such_namespace(id);
        }
    }
    if (name) {
        auto found = co_await find(*name);
        if (!found.ok() || (*found)->id == id) co_return found;
    }
    CO_TRY_ASSIGN(const auto record, co_await namespaces_.find_by_id(id));
    if (!record) {
        remember_miss(key_of_id(id));
        co_return no_such_namespace(id);
    }
    NamespacePtr entry = remember(*record);
    if (!entry) co_return damaged(*record);
    co_return entry;
}

std::string NamespaceRegistry::find_cached_name(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = name_of_id_.find(id);
    return found == name_of_id_.end() ? std::string() : found->second;
}

NamespacePtr NamespaceRegistry::find_cached(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second.entry;
}

// Known::stale makes the caller the one who reads again.
NamespaceRegistry::Lookup NamespaceRegistry::look_up(const std::string& name) {
    const TimePoint now = clock_.now();
    const std::lock_guard lock(mutex_);
    if (const auto found = by_name_.find(name); found != by_name_.end()) {
        Cached& cached = found->second;
        const bool fresh = now < saturating_add(cached.loaded, options_.refresh_after);
        if (fresh || cached.refreshing) return {Known::fresh, cached.entry};
        cached.refreshing = true;
        return {Known::stale, cached.entry};
    }
    const auto miss = misses_.find(name);
    if (miss != misses_.end() && now < saturating_add(miss->second, options_.miss_kept_for)) {
        return {Known::missing, nullptr};
    }
    return {};
}

Async<Result<NamespacePtr>> NamespaceRegistry::find_knowing(std::string id,
                                                            std::vector<std::string> attributes) {
    CO_TRY_ASSIGN(NamespacePtr entry, co_await find_by_id(std::move(id)));
    const visibility::SearchAttributeCatalog& catalog = entry->search_attributes;
    const bool known =
        std::all_of(attributes.begin(), attributes.end(),
                    [&](const std::string& name) { return catalog.find(name).has_value(); });
    if (known) co_return entry;
    co_return co_await find_anew(std::move(entry));
}

Async<Result<NamespacePtr>> NamespaceRegistry::find_anew(NamespacePtr entry) {
    if (loaded_within(entry->name, options_.unknown_kept_for)) {
        NamespacePtr cached = find_cached(entry->name);
        if (cached) co_return cached;
    }
    co_return co_await read_by_name(entry->name);
}

bool NamespaceRegistry::loaded_within(const std::string& name, Duration span) {
    const std::lock_guard lock(mutex_);
    const auto cached = by_name_.find(name);
    return cached != by_name_.end() && clock_.now() < saturating_add(cached->second.loaded, span);
}

Async<Result<NamespacePtr>> NamespaceRegistry::read_by_name(std::string name) {
    auto read = co_await namespaces_.find_by_name(name);
    if (!read.ok()) {
        refresh_failed(name);
        co_return read.status();
    }
    const auto& record = *read;
    if (!record) {
        remember_miss(name);
        co_return no_such_namespace(name);
    }
    NamespacePtr entry = remember(*record);
    if (entry) co_return entry;
    refresh_failed(name);
    co_return damaged(*record);
}

NamespacePtr NamespaceRegistry::remember(const store::NamespaceRecord& record) {
    NamespacePtr entry = entry_of(record);
    if (!entry) return nullptr;
    const std::lock_guard lock(mutex_);
    Cached& cached = by_name_[record.name];
    cached.loaded = clock_.now();
    cached.refreshing = false;
    // A read that was under way when an update finished must not bring the old state back.
    if (!cached.entry || cached.entry->version <= entry->version || cached.entry->id != entry->id) {
        cached.entry = entry;
    }
    name_of_id_[entry->id] = entry->name;
    misses_.erase(record.name);
    misses_.erase(key_of_id(record.id));
    NamespacePtr newest = cached.entry;
    make_room();
    return newest;
}

void NamespaceRegistry::remember_miss(const std::string& key) {
    const std::lock_guard lock(mutex_);
    if (const auto found = by_name_.find(key); found != by_name_.end()) {
        if (found->second.entry) name_of_id_.erase(found->second.entry->id);
        by_name_.erase(found);
    }
    if (misses_.size() >= options_.misses_max) misses_.clear();
    misses_[key] = clock_.now();
}

// The next caller tries again.
void NamespaceRegistry::refresh_failed(const std::string& name) {
    const std::lock_guard lock(mutex_);
    if (const auto found = by_name_.find(name); found != by_name_.end()) {
        found->second.refreshing = false;
    }
}

// Under the mutex. The entry that was read longest ago goes.
void NamespaceRegistry::make_room() {
    while (by_name_.size() > options_.entries_max) {
        const auto oldest = std::min_element(
            by_name_.begin(), by_name_.end(),
            [](const auto& a, const auto& b) { return a.second.loaded < b.second.loaded; });
        name_of_id_.erase(oldest->second.entry->id);
        by_name_.erase(oldest);
    }
}

Async<Result<NamespacePtr>> NamespaceRegistry::create(state::v1::Namespace stored) {
    stored.mutable_info()->set_id(random_.uuid());
    stored.mutable_info()->set_state(enums::NAMESPACE_STATE_REGISTERED);
    store::NamespaceRecord record{.id = stored.info().id(),
                                  .name = stored.info().name(),
                                  .version = 1,
                                  .details = stored.SerializeAsString()};
    CO_TRY(co_await namespaces_.create(record));
    co_return remember(record);
}

Async<Result<NamespacePtr>> NamespaceRegistry::ensure(std::string name, Duration retention) {
    auto found = co_await read_by_name(name);
    if (found.ok() || found.status().detail<NamespaceNotFound>() == nullptr) co_return found;
    state::v1::Namespace stored;
    stored.mutable_info()->set_name(name);
    *stored.mutable_config()->mutable_workflow_execution_retention_ttl() =
        TimeUtil::NanosecondsToDuration(retention.count());
    auto created = co_await create(std::move(stored));
    if (created.ok() || created.status().detail<NamespaceAlreadyExists>() == nullptr) {
        co_return created;
    }
    co_return co_await read_by_name(name);
}

Async<Result<NamespacePtr>> NamespaceRegistry::update(std::string name, Change change) {
    for (int attempt = 1;; ++attempt) {
        CO_TRY_ASSIGN(const NamespacePtr entry, co_await read_by_name(name));
        state::v1::Namespace stored = entry->stored;
        CO_TRY(change(stored));
        store::NamespaceRecord record{.id = entry->id,
                                      .name = stored.info().name(),
                                      .version = entry->version,
                                      .details = stored.SerializeAsString()};
        const Status written = co_await namespaces_.update(record);
        if (written.ok()) {
            record.version += 1;
            co_return remember(record);
        }
        if (written.code() != Code::Aborted || attempt == options_.update_attempts_max) {
            co_return written;
        }
    }
}

Async<Result<std::vector<NamespacePtr>>> NamespaceRegistry::list(std::string after,
                                                                 std::int32_t count_max) {
    CO_TRY_ASSIGN(const auto records, co_await namespaces_.list(std::move(after), count_max));
    std::vector<NamespacePtr> entries;
    for (const auto& record : records) {
        NamespacePtr entry = entry_of(record);
        if (!entry) co_return damaged(record);
        entries.push_back(std::move(entry));
    }
    co_return entries;
}

}  // namespace server::cluster
