#include "charm/history_shards.h"

#include "server/config/flags.h"
#include "server/config/history_shards.h"

namespace charm {

namespace {

constexpr const char* kShardsKey = "num_history_shards";

std::optional<std::int64_t> written_down(const Relation& peer) {
    const auto found = peer.own_app.find(kShardsKey);
    if (found == peer.own_app.end()) return std::nullopt;
    return server::config::parse_integer(found->second);
}

}  // namespace

std::optional<std::int64_t> plan_history_shards(const Model& model, Plan& plan) {
    const Relation* peer = model.relation("peer");
    if (peer == nullptr) {
        plan.needs.push_back(waiting("peer relation not ready; Juju creates it"));
        return std::nullopt;
    }
    const auto wanted = model.options.history_shard_count;
    if (const auto fixed = written_down(*peer)) {
        if (!wanted || *wanted == *fixed) return fixed;
        plan.needs.push_back(
            blocked("value of 'num-history-shards' config cannot be changed after "
                    "deployment. Value should be " +
                    std::to_string(*fixed)));
        return std::nullopt;
    }
    if (!model.options.problems.empty()) return std::nullopt;
    const std::int64_t count = wanted.value_or(kHistoryShardsDefault);
    // Not before a server runs with it: until then the database may turn out to have another.
    const bool runs = model.health && model.health->state == Health::State::answers;
    if (runs && model.leader) plan.app_bags[peer->id][kShardsKey] = std::to_string(count);
    return count;
}

bool plan_other_history_shards(const Model& model, Plan& plan) {
    if (!model.health || model.health->state != Health::State::failed) return false;
    const auto stored = server::config::stored_history_shards(model.health->text);
    if (!stored) return false;
    const std::string count = std::to_string(*stored);
    const std::string fix = is_history_shard_count(*stored)
                                ? "run juju config " + model.app + " num-history-shards=" + count
                                : "this charm allows powers of 2 up to " +
                                      std::to_string(kHistoryShardsMax) +
                                      "; integrate with another database";
    plan.needs.push_back(
        blocked("config: num-history-shards: the database was made with " + count + "; " + fix));
    const Relation* peer = model.relation("peer");
    if (peer != nullptr && model.leader) plan.app_bags[peer->id][kShardsKey] = "";
    return true;
}

}  // namespace charm
