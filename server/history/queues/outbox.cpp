#include "server/history/queues/outbox.h"

#include <algorithm>

namespace server::history {

namespace {

bool any_category(store::TaskCategory) { return true; }
bool only_visibility(store::TaskCategory category) {
    return category == store::TaskCategory::visibility;
}
bool all_but_visibility(store::TaskCategory category) { return !only_visibility(category); }

}  // namespace

store::TaskCategory category_of(const state::v1::Task& task) {
    return task.has_update_visibility() ? store::TaskCategory::visibility
                                        : store::TaskCategory::transfer;
}

Outbox::Outbox(OutboxQueue::Owner& owner, Clock& clock, Lane& lane, Background& background,
               const Options& options, bool visibility_apart)
    : background_(background), transfer_(owner, clock, lane, background, options,
                                         visibility_apart ? all_but_visibility : any_category) {
    if (visibility_apart) {
        visibility_.emplace(owner, clock, lane, background, options, only_visibility);
    }
}

SentTasks Outbox::begin(const std::vector<store::OutboxTask>& tasks) {
    SentTasks sent;
    if (tasks.empty()) return sent;
    for (const store::OutboxTask& task : tasks) {
        const bool apart = visibility_ && only_visibility(task.category);
        (apart ? sent.visibility : sent.transfer).push_back(task.id);
    }
    transfer_.begin(sent.transfer, tasks.back().id);
    if (visibility_) visibility_->begin(sent.visibility, tasks.back().id);
    return sent;
}

void Outbox::committed(std::vector<workflow::OutboxEntry> tasks) {
    if (visibility_) {
        const auto first_apart = std::ranges::stable_partition(tasks, [](const auto& entry) {
                                     return all_but_visibility(category_of(entry.task));
                                 }).begin();
        std::vector<workflow::OutboxEntry> apart(std::make_move_iterator(first_apart),
                                                 std::make_move_iterator(tasks.end()));
        tasks.erase(first_apart, tasks.end());
        if (!apart.empty()) visibility_->committed(std::move(apart));
    }
    transfer_.committed(std::move(tasks));
}

void Outbox::failed(const SentTasks& tasks) {
    transfer_.failed(tasks.transfer);
    if (visibility_) visibility_->failed(tasks.visibility);
}

TaskId Outbox::done_through() const {
    const TaskId done = transfer_.done_through();
    return visibility_ ? std::min(done, visibility_->done_through()) : done;
}

bool Outbox::has_open_through(TaskId id) const {
    return transfer_.has_open_through(id) || (visibility_ && visibility_->has_open_through(id));
}

void Outbox::acknowledge(TaskId done_through) {
    transfer_.acknowledge(done_through);
    if (visibility_) visibility_->acknowledge(done_through);
}

void Outbox::reset() {
    transfer_.reset();
    if (visibility_) visibility_->reset();
}

void Outbox::start() {
    transfer_.start();
    if (visibility_) visibility_->start();
}

void Outbox::stop() {
    transfer_.stop();
    if (visibility_) visibility_->stop();
}

}  // namespace server::history
