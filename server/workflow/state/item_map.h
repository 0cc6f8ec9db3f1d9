#pragma once
// A map of the run state that can be overlaid: the overlay reads through to its base and keeps its
// own changes, so a decision costs what it changes, not what the run holds. The changes are also
// exactly what the store has to write.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "server/base/assert.h"

namespace server::workflow {

template <class KeyType, class Value>
class ItemMap {
public:
    using Key = KeyType;
    using Changes = std::map<Key, std::optional<Value>>;

    ItemMap() = default;

    // An overlay on `base`, a root that must outlive it and stay unchanged meanwhile.
    static ItemMap over(const ItemMap& base) {
        ASSERT(base.base_ == nullptr, "an overlay of an overlay");
        ItemMap overlay;
        overlay.base_ = &base;
        overlay.size_ = base.size_;
        return overlay;
    }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    bool contains(const Key& key) const { return find(key) != nullptr; }

    // Null when absent; valid until the next change of that key.
    const Value* find(const Key& key) const {
        if (!base_) {
            const auto found = items_.find(key);
            return found == items_.end() ? nullptr : &found->second;
        }
        const auto changed = changes_.find(key);
        if (changed == changes_.end()) return base_->find(key);
        return changed->second ? &*changed->second : nullptr;
    }

    void put(const Key& key, Value value) {
        if (!contains(key)) ++size_;
        if (base_) {
            changes_.insert_or_assign(key, std::move(value));
        } else {
            items_.insert_or_assign(key, std::move(value));
        }
    }

    // The item must exist. Copies it into the overlay on first use.
    Value& edit(const Key& key) {
        if (!base_) {
            const auto found = items_.find(key);
            ASSERT(found != items_.end(), "edited an item that does not exist");
            return found->second;
        }
        auto changed = changes_.find(key);
        if (changed == changes_.end()) {
            const Value* original = base_->find(key);
            ASSERT(original != nullptr, "edited an item that does not exist");
            changed = changes_.emplace(key, *original).first;
        }
        ASSERT(changed->second.has_value(), "edited an item that was removed");
        return *changed->second;
    }

    void erase(const Key& key) {
        if (!contains(key)) return;
        --size_;
        if (base_) {
            changes_.insert_or_assign(key, std::nullopt);
        } else {
            items_.erase(key);
        }
    }

    // In order of key. `visit(key, value)`; the map must not change meanwhile.
    template <class Visit>
    void for_each(Visit visit) const {
        if (!base_) {
            for (const auto& [key, value] : items_) visit(key, value);
            return;
        }
        auto changed = changes_.begin();
        auto visit_changed_before = [&](const Key* limit) {
            for (; changed != changes_.end() && (!limit || changed->first < *limit); ++changed) {
                if (changed->second) visit(changed->first, *changed->second);
            }
        };
        for (const auto& [key, value] : base_->items_) {
            visit_changed_before(&key);
            if (changed != changes_.end() && changed->first == key) {
                if (changed->second) visit(key, *changed->second);
                ++changed;
            } else {
                visit(key, value);
            }
        }
        visit_changed_before(nullptr);
    }

    // What differs from the base; empty on a root.
    const Changes& changes() const { return changes_; }

    // By how much the changes of an overlay make it larger; `size_of(key, value)` measures an item.
    template <class SizeOf>
    std::int64_t growth(SizeOf size_of) const {
        std::int64_t bytes = 0;
        for (const auto& [key, value] : changes_) {
            if (const Value* before = base_->find(key)) bytes -= size_of(key, *before);
            if (value) bytes += size_of(key, *value);
        }
        return bytes;
    }

    // Takes over the changes of an overlay of this root.
    void absorb(ItemMap&& overlay) {
        ASSERT(!base_ && overlay.base_ == this, "absorbed an overlay of something else");
        for (auto& [key, value] : overlay.changes_) {
            if (value) {
                items_.insert_or_assign(key, std::move(*value));
            } else {
                items_.erase(key);
            }
        }
        size_ = items_.size();
    }

private:
    const ItemMap* base_ = nullptr;
    std::map<Key, Value> items_;  // of a root
    Changes changes_;             // of an overlay
    std::size_t size_ = 0;
};

}  // namespace server::workflow
