#include "server/history/cache/buffered_queries.h"

namespace server::history {

void BufferedQueries::add(const std::string& id, std::shared_ptr<Waiting> waiting) {
    waiting_.emplace(id, std::move(waiting));
}

void BufferedQueries::fill(google::protobuf::Map<std::string, Query>& queries) const {
    for (const auto& [id, waiting] : waiting_) queries[id] = waiting->query;
}

void BufferedQueries::answer(const google::protobuf::Map<std::string, Answer>& answers) {
    for (const auto& [id, result] : answers) {
        const auto found = waiting_.find(id);
        if (found == waiting_.end()) continue;
        found->second->outcome = result;
        found->second->alarm.wake();
        waiting_.erase(found);
    }
}

void BufferedQueries::release_all() {
    for (auto& [id, waiting] : waiting_) {
        waiting->outcome = Released{};
        waiting->alarm.wake();
    }
    waiting_.clear();
}

}  // namespace server::history
