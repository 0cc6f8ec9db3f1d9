#include "tests/sim/plan.h"

#include <algorithm>

#include "server/runtime/random.h"

namespace server::sim {

namespace {

constexpr int kDepthMax = 2;
constexpr int kGenerationsMax = 3;

// FNV-1a; only has to spread.
std::uint64_t mix(std::uint64_t seed, const std::string& text) {
    std::uint64_t hash = 0xcbf29ce484222325ULL ^ seed;
    for (const char letter : text) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3ULL;
    }
    return hash;
}

enums::ParentClosePolicy pick_policy(Random& random) {
    switch (random.below(3)) {
    case 0: return enums::PARENT_CLOSE_POLICY_ABANDON;
    case 1: return enums::PARENT_CLOSE_POLICY_REQUEST_CANCEL;
    default: return enums::PARENT_CLOSE_POLICY_TERMINATE;
    }
}

// Some ids are wanted by several parents: all but one at a time must fail to start.
std::string child_name(Random& random, const std::string& name) {
    constexpr std::uint64_t kContested = 8;
    if (random.below(kContested) == 0) return "shared/" + std::to_string(random.below(2));
    return name;
}

Action pick_action(Random& random, const std::string& name, int depth, int roots) {
    Action action;
    action.target = root_name(static_cast<int>(random.below(static_cast<std::uint64_t>(roots))));
    action.duration = std::chrono::seconds(1 + random.below(600));
    switch (random.below(depth < kDepthMax ? 10 : 6)) {
    case 0:
    case 1:
    case 2: action.kind = Action::Kind::activity; break;
    case 3:
    case 4: action.kind = Action::Kind::timer; break;
    case 5: action.kind = random.below(8) == 0 ? Action::Kind::cancel : Action::Kind::signal; break;
    default:
        action.kind = Action::Kind::child;
        action.target = child_name(random, name);
        action.policy = pick_policy(random);
        action.awaited = random.below(3) != 0;
        break;
    }
    return action;
}

}  // namespace

std::string root_name(int index) { return "root-" + std::to_string(index); }

Plan make_plan(std::uint64_t seed, const std::string& workflow_id, int generation, int roots) {
    Random random(mix(seed, workflow_id + "#" + std::to_string(generation)));
    const auto depth = static_cast<int>(std::count(workflow_id.begin(), workflow_id.end(), '/'));
    Plan plan;
    const auto stages = 1 + random.below(3);
    for (std::uint64_t stage = 0; stage < stages; ++stage) {
        plan.stages.emplace_back();
        const auto actions = 1 + random.below(3);
        for (std::uint64_t number = 0; number < actions; ++number) {
            const std::string name = workflow_id + "/" + std::to_string(generation) + "." +
                                     std::to_string(stage) + "." + std::to_string(number);
            plan.stages.back().push_back(pick_action(random, name, depth, roots));
        }
    }
    const auto end = random.below(8);
    if (end == 0) plan.end = Plan::End::fail;
    if (end <= 2 && end > 0 && generation + 1 < kGenerationsMax) {
        plan.end = Plan::End::continue_as_new;
    }
    return plan;
}

}  // namespace server::sim
