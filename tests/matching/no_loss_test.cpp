// The promise of matching, under everything that may go wrong at once: a task that was acknowledged
// is started, and no two workers get it. The steps are random; a failing seed is printed and
// repeats exactly.
#include <map>
#include <set>

#include "server/cluster/partition_name.h"
#include "tests/matching/world.h"

namespace server::tests {

namespace {

// History as it is: a start is recorded once, and repeated with the same request id it is answered
// again.
class RecordingHistory {
public:
    explicit RecordingHistory(World& world) : world_(world) {
        world.history.answer = [this](const std::string& id) { return answer(id); };
    }
    int unavailable_percent = 20;
    // Recorded, but the answer got lost.
    int lost_answer_percent = 10;

    std::size_t started() const { return started_.size(); }
    bool has_started(const std::string& id) const { return started_.contains(id); }
    // By a poll that asked for it.
    bool was_taken_over(const std::string& id) const { return started_.at(id) != first_id_of(id); }
    // For a poll that was waiting.
    static std::string first_id_of(const std::string& id) { return "request of " + id; }
    void start(const std::string& id) { started_[id] = first_id_of(id); }

private:
    Status answer(const std::string& id) {
        const auto& [workflow, request_id, identity, queue, started_with] =
            world_.history.calls.back();
        if (roll(unavailable_percent)) return unavailable("shard is moving");
        const auto [start, is_new] = started_.try_emplace(id, request_id);
        if (!is_new && start->second == started_with) start->second = request_id;
        if (!is_new && start->second != request_id) {
            return Status(Code::FailedPrecondition, "started already", TaskObsolete{});
        }
        return roll(lost_answer_percent) ? unavailable("connection lost") : ok_status();
    }
    bool roll(int percent) {
        return world_.random.below(100) < static_cast<std::uint64_t>(percent);
    }

    World& world_;
    std::map<std::string, std::string> started_;
};

class Chaos {
public:
    Chaos(World& world, int partitions) : world_(world), history_(world), partitions_(partitions) {}

    void step() {
        switch (world_.random.below(13)) {
        case 0:
        case 1: add(); break;
        case 2:
        case 3: world_.random.below(2) == 0 ? poll() : add(); break;
        case 4:
        case 5:
        case 6: poll(); break;
        case 7: cancel_one(); break;
        case 8: world_.advance(std::chrono::milliseconds(world_.random.below(3000))); break;
        case 9:
            answer_workers();
            fail_a_commit();
            break;
        case 10:
            if (world_.random.below(4) == 0) take_lease();
            break;
        case 11:
            answer_workers();
            if (world_.random.below(6) == 0) world_.restart();
            break;
        case 12:
            if (world_.random.below(4) == 0) change_members();
            break;
        }
    }

    // Everything works again, and workers come, to the root alone, until nothing is left.
    void recover() {
        answer_workers();
        world_.matching->assign(view_of({kHere}), kHere);
        world_.store.next_commit_fails.reset();
        history_.unavailable_percent = history_.lost_answer_percent = 0;
        for (int round = 0; round < 40; ++round) {
            for (auto& task : world_.all_processes.give_back()) {
                world_.run(world_.all_processes.add_task({}, std::move(task)));
            }
            for (int poll = 0; poll < 10; ++poll) polls_.push_back(world_.poll({.deadline = 5s}));
            world_.advance(2s);
        }
    }

    std::set<std::string> acknowledged_and_not_started() const {
        std::set<std::string> lost;
        for (const auto& [id, call] : added_) {
            if (call->code() == Code::Ok && !history_.has_started(id)) lost.insert(id);
        }
        return lost;
    }
    // Neither given to a poll nor to one that did not hear of it.
    std::set<std::string> started_and_not_given() const {
        std::set<std::string> lost = started_for_polls_;
        for (const auto& poll : polls_) {
            if (poll->has_task()) lost.erase(poll->workflow_id());
        }
        std::erase_if(lost, [this](const auto& id) { return history_.was_taken_over(id); });
        return lost;
    }
    // Tasks that more than one poll got.
    std::set<std::string> given_out_twice() const {
        std::set<std::string> seen;
        std::set<std::string> twice;
        for (const auto& poll : polls_) {
            if (poll->has_task() && !seen.insert(poll->workflow_id()).second) {
                twice.insert(poll->workflow_id());
            }
        }
        return twice;
    }
    bool all_answered() const {
        return std::all_of(added_.begin(), added_.end(),
                           [](const auto& entry) { return entry.second->done(); });
    }
    std::size_t added() const { return added_.size(); }
    std::size_t started_for_polls() const { return started_for_polls_.size(); }
    const RecordingHistory& history() const { return history_; }

private:
    void add() {
        const std::string id = "w" + std::to_string(added_.size());
        const std::string key = world_.random.below(2) == 0 ? "" : "tenant";
        added_[id] = world_.add(id, {.queue = some_partition(),
                                     .priority = static_cast<int>(world_.random.below(6)),
                                     .fairness_key = key});
    }
    void poll() {
        polls_.push_back(world_.poll({.queue = some_partition(), .deadline = 5s}));
        if (world_.random.below(2) == 0) find_worker();
    }
    std::string some_partition() {
        const auto number = world_.random.below(static_cast<std::uint64_t>(partitions_));
        return cluster::partition_name(kQueue, static_cast<int>(number));
    }
    // Another process takes some partitions, and is gone again; it did nothing meanwhile.
    void change_members() {
        const std::string other = "other:" + std::to_string(world_.random.below(100));
        const bool both = world_.random.below(2) == 0;
        world_.matching->assign(both ? view_of({kHere, other}) : view_of({kHere}), kHere);
        if (world_.random.below(2) == 0) world_.settle();
    }
    void cancel_one() {
        if (polls_.empty()) return;
        polls_[world_.random.below(polls_.size())]->cancellation->cancel();
        if (world_.random.below(2) == 0) world_.settle();
    }
    void fail_a_commit() {
        world_.store.next_commit_fails = unavailable("connection lost");
        world_.store.failed_commit_happens = world_.random.below(2) == 0;
    }
    void find_worker() {
        auto worker =
            world_.matching->find_waiting_worker({kNamespace, some_partition(), 1, false});
        if (worker) workers_.push_back(std::move(worker));
    }
    void answer_workers() {
        for (auto& worker : std::exchange(workers_, {})) {
            if (world_.random.below(4) == 0) continue;  // nothing was written
            const std::string id = "started " + std::to_string(started_for_polls_.size());
            history_.start(id);
            started_for_polls_.insert(id);
            state::v1::BacklogTask task;
            task.set_namespace_id(kNamespace);
            task.set_workflow_id(id);
            task.set_run_id("run-1");
            task.set_started_with(RecordingHistory::first_id_of(id));
            worker->hand_over(std::move(task));
        }
    }
    void take_lease() {
        store::TaskQueueKey partition{kNamespace, some_partition(), 1};
        store::TaskQueueClaim claim{partition, "another process", kQueue};
        world_.run(world_.memory.acquire(std::move(claim)));
    }

    World& world_;
    RecordingHistory history_;
    int partitions_;
    std::vector<WorkflowPollCall> polls_;
    std::vector<std::unique_ptr<workflow::WaitingWorker>> workers_;
    std::set<std::string> started_for_polls_;
    std::map<std::string, AddCall> added_;
};

}  // namespace

TEST_CASE("no acknowledged task is lost, whatever fails", "[matching][law]") {
    const auto seed = static_cast<std::uint64_t>(GENERATE(range(1, 41)));
    CAPTURE(seed);
    const int partitions = GENERATE(1, 3);
    CAPTURE(partitions);
    matching::Options options;
    options.write_partitions = options.read_partitions = partitions;
    options.backlog_page = 5;
    options.backlog_loaded_max = 15;
    options.spill_batch_max = 7;
    World world(options, seed);
    world.memory_store.faults().delay = [&world](std::string_view) {
        return store::memory::Delay{static_cast<int>(1 + world.random.below(5)),
                                    static_cast<int>(1 + world.random.below(5))};
    };
    Chaos chaos(world, partitions);
    for (int step = 0; step < 300; ++step) chaos.step();
    chaos.recover();
    CHECK(chaos.all_answered());
    CHECK(chaos.acknowledged_and_not_started() == std::set<std::string>{});
    CHECK(chaos.given_out_twice() == std::set<std::string>{});
    CHECK(chaos.started_and_not_given() == std::set<std::string>{});
    CHECK(chaos.started_for_polls() > 0);
    CHECK(chaos.history().started() > chaos.added() / 4);
}

}  // namespace server::tests
