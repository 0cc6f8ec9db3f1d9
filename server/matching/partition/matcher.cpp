#include "server/matching/partition/matcher.h"

#include <algorithm>

#include "server/matching/partition/poll.h"

namespace server::matching {

void Matcher::add(Poll& poll) { polls_.emplace(poll.order(), &poll); }

void Matcher::remove(Poll& poll) { polls_.erase(poll.order()); }

Poll* Matcher::take_poll() {
    if (polls_.empty()) return nullptr;
    Poll* first = polls_.begin()->second;
    polls_.erase(polls_.begin());
    return first;
}

void Matcher::add(TaskPtr task) {
    if (task->order == 0) {
        task->order = next_order_++;
        const auto& priority = task->info.priority();
        FairPasses& passes = passes_[static_cast<std::size_t>(task->priority - 1)];
        task->pass = passes.next(priority.fairness_key(), priority.fairness_weight());
    }
    const Place place = place_of(*task);
    tasks_.emplace(place, std::move(task));
}

void Matcher::add(QueryPtr query) {
    if (query->order == 0) query->order = next_order_++;
    const std::uint64_t order = query->order;
    queries_.emplace(order, std::move(query));
}

void Matcher::remove(const Task& task) { tasks_.erase(place_of(task)); }

void Matcher::remove(const Query& query) { queries_.erase(query.order); }

QueryPtr Matcher::take_query() {
    if (queries_.empty()) return nullptr;
    QueryPtr query = std::move(queries_.begin()->second);
    queries_.erase(queries_.begin());
    return query;
}

TaskPtr Matcher::first_task() const { return tasks_.empty() ? nullptr : tasks_.begin()->second; }

TaskPtr Matcher::take_task() {
    TaskPtr task = std::move(tasks_.begin()->second);
    tasks_.erase(tasks_.begin());
    passes_[static_cast<std::size_t>(task->priority - 1)].served(task->pass);
    return task;
}

std::size_t Matcher::tasks(int priority) const {
    const auto first = tasks_.lower_bound(Place{priority, 0, 0});
    return static_cast<std::size_t>(
        std::distance(first, tasks_.lower_bound(Place{priority + 1, 0, 0})));
}

TimePoint Matcher::oldest_task(int priority) const {
    TimePoint oldest = kNever;
    for (int level = 1; level <= kPriorityLast; ++level) {
        if (priority != 0 && level != priority) continue;
        const auto first = tasks_.lower_bound(Place{level, 0, 0});
        if (first == tasks_.end() || std::get<0>(first->first) != level) continue;
        oldest = std::min(oldest, from_unix_nanos(first->second->info.created_ns()));
    }
    return oldest;
}

}  // namespace server::matching
