#pragma once
// The meeting place of polls and work, as plain data: polls in order of arrival; queries in order
// of arrival; tasks by priority, then fairly between the keys, then in order of arrival. A poll or
// a task that comes back keeps its old place. It holds no poll that has left: whoever waits in a
// frame removes itself. Nothing here waits; the partition does.

#include <array>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>

#include "server/matching/partition/fair_passes.h"
#include "server/matching/partition/task.h"

namespace server::matching {

class Poll;

class Matcher {
public:
    void add(Poll& poll);
    void remove(Poll& poll);
    // The poll that has waited longest, taken out; null when none waits.
    Poll* take_poll();
    std::size_t waiting_polls() const { return polls_.size(); }

    // A new task or query gets its place here, one that comes back keeps it.
    void add(TaskPtr task);
    void add(QueryPtr query);
    void remove(const Task& task);
    void remove(const Query& query);

    QueryPtr take_query();
    // The next task, left in place; null when there is none.
    TaskPtr first_task() const;
    // Takes the next one out; there is one.
    TaskPtr take_task();

    bool has_work() const { return !tasks_.empty() || !queries_.empty(); }
    std::size_t tasks() const { return tasks_.size(); }
    std::size_t tasks(int priority) const;
    // Creation of the oldest waiting task (of that priority; 0: of all); kNever when there is none.
    TimePoint oldest_task(int priority) const;

    template <class Visit>
    void for_each_task(Visit visit) const {
        for (const auto& [place, task] : tasks_) visit(task);
    }

private:
    using Place = std::tuple<int, std::uint64_t, std::uint64_t>;  // priority, pass, order
    static Place place_of(const Task& task) { return {task.priority, task.pass, task.order}; }

    std::uint64_t next_order_ = 1;
    std::map<std::uint64_t, Poll*> polls_;
    std::map<std::uint64_t, QueryPtr> queries_;
    std::map<Place, TaskPtr> tasks_;
    std::array<FairPasses, kPriorityLast> passes_;  // by priority
};

}  // namespace server::matching
