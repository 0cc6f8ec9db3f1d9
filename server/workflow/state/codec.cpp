// The state of a run as bytes: info in the run's row, everything else as items of their own.

#include <charconv>

#include "server/workflow/state/mutable_state.h"

namespace server::workflow {

namespace {

Status damaged(const RunKey& run, const std::string& what) {
    return {Code::DataLoss, "stored state is damaged: " + what + " of run " + run.run_id +
                                " of workflow " + run.workflow_id + " in namespace " +
                                run.namespace_id};
}

std::string item_name(const ItemKey& item) {
    return "item " + std::to_string(static_cast<int>(item.kind)) + "/" + item.key;
}

std::string item_key(std::int64_t key) { return std::to_string(key); }
const std::string& item_key(const std::string& key) { return key; }

std::string item_value(const google::protobuf::Message& message) {
    return message.SerializeAsString();
}

template <class Map>
void collect_changes(ItemKind kind, const Map& map, std::vector<ItemWrite>& items) {
    for (const auto& [key, value] : map.changes()) {
        ItemWrite write{{kind, item_key(key)}, std::nullopt};
        if (value) write.value = item_value(*value);
        items.push_back(std::move(write));
    }
}

template <class Map>
void collect_all(ItemKind kind, const Map& map, std::map<ItemKey, std::string>& items) {
    map.for_each([&](const auto& key, const auto& value) {
        items.emplace(ItemKey{kind, std::string(item_key(key))}, item_value(value));
    });
}

bool parse_key(const std::string& text, std::int64_t& key) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), key);
    return error == std::errc{} && end == text.data() + text.size();
}
bool parse_key(const std::string& text, std::string& key) {
    key = text;
    return true;
}

bool parse_value(const std::string& bytes, google::protobuf::Message& value) {
    return value.ParseFromString(bytes);
}

struct ItemSize {
    std::int64_t operator()(const auto& key, const google::protobuf::Message& value) const {
        return static_cast<std::int64_t>(item_key(key).size() + value.ByteSizeLong());
    }
};

template <class Key, class Value>
bool restore(const ItemKey& item, const std::string& bytes, ItemMap<Key, Value>& map) {
    Key key{};
    Value value{};
    if (!parse_key(item.key, key) || !parse_value(bytes, value)) return false;
    map.put(key, std::move(value));
    return true;
}

}  // namespace

std::vector<ItemWrite> MutableState::changed_items() const {
    std::vector<ItemWrite> items;
    if (start_changed_) items.push_back({{ItemKind::start, ""}, start_->SerializeAsString()});
    if (attributes_changed_) {
        items.push_back({{ItemKind::attributes, ""}, attributes_->SerializeAsString()});
    }
    collect_changes(ItemKind::activity, activities_, items);
    collect_changes(ItemKind::timer, timers_, items);
    collect_changes(ItemKind::child, children_, items);
    collect_changes(ItemKind::external_cancel, external_cancels_, items);
    collect_changes(ItemKind::external_signal, external_signals_, items);
    collect_changes(ItemKind::buffered_event, buffered_events_, items);
    collect_changes(ItemKind::signal_request_id, signal_request_ids_, items);
    collect_changes(ItemKind::request_id, request_ids_, items);
    return items;
}

std::int64_t MutableState::items_growth_bytes() const {
    constexpr ItemSize kSize{};
    return activities_.growth(kSize) + timers_.growth(kSize) + children_.growth(kSize) +
           external_cancels_.growth(kSize) + external_signals_.growth(kSize) +
           signal_request_ids_.growth(kSize) + request_ids_.growth(kSize);
}

std::int64_t MutableState::record_size_bytes() const {
    const std::size_t fixed =
        info_.ByteSizeLong() + start_->ByteSizeLong() + attributes_->ByteSizeLong();
    return static_cast<std::int64_t>(fixed) + info_.items_size_bytes() +
           info_.buffered_size_bytes();
}

std::map<ItemKey, std::string> MutableState::encode_all() const {
    std::map<ItemKey, std::string> items;
    items.emplace(ItemKey{ItemKind::start, ""}, start_->SerializeAsString());
    items.emplace(ItemKey{ItemKind::attributes, ""}, attributes_->SerializeAsString());
    collect_all(ItemKind::activity, activities_, items);
    collect_all(ItemKind::timer, timers_, items);
    collect_all(ItemKind::child, children_, items);
    collect_all(ItemKind::external_cancel, external_cancels_, items);
    collect_all(ItemKind::external_signal, external_signals_, items);
    collect_all(ItemKind::buffered_event, buffered_events_, items);
    collect_all(ItemKind::signal_request_id, signal_request_ids_, items);
    collect_all(ItemKind::request_id, request_ids_, items);
    return items;
}

Result<MutableState> MutableState::decode(RunKey run, const std::string& info,
                                          const std::map<ItemKey, std::string>& items) {
    MutableState state(std::move(run));
    if (!state.info_.ParseFromString(info)) return damaged(state.run_, "info");
    if (!state.exists()) return damaged(state.run_, "phase");
    bool has_start = false;
    for (const auto& [item, bytes] : items) {
        bool good = false;
        switch (item.kind) {
        case ItemKind::activity: good = restore(item, bytes, state.activities_); break;
        case ItemKind::timer: good = restore(item, bytes, state.timers_); break;
        case ItemKind::buffered_event: good = restore(item, bytes, state.buffered_events_); break;
        case ItemKind::signal_request_id:
            good = restore(item, bytes, state.signal_request_ids_);
            break;
        case ItemKind::request_id: good = restore(item, bytes, state.request_ids_); break;
        case ItemKind::start: {
            auto start = std::make_shared<Start>();
            good = has_start = start->ParseFromString(bytes);
            state.start_ = std::move(start);
            break;
        }
        case ItemKind::attributes: {
            auto attributes = std::make_shared<Attributes>();
            good = attributes->ParseFromString(bytes);
            state.attributes_ = std::move(attributes);
            break;
        }
        case ItemKind::child: good = restore(item, bytes, state.children_); break;
        case ItemKind::external_cancel: good = restore(item, bytes, state.external_cancels_); break;
        case ItemKind::external_signal: good = restore(item, bytes, state.external_signals_); break;
        case ItemKind::update: break;  // written by no version yet
        }
        if (!good) return damaged(state.run_, item_name(item));
    }
    if (!has_start) return damaged(state.run_, item_name({ItemKind::start, ""}));
    state.index_due();
    return state;
}

}  // namespace server::workflow
