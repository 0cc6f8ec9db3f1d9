#pragma once
// Queries of one run that wait for its pending workflow task: they ride on the task when a worker
// takes it, and its completion answers them. In memory only; a caller whose query is lost with the
// process asks again.

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "server/runtime/alarm.h"
#include "temporal/api/query/v1/message.pb.h"
#include "temporal/api/workflowservice/v1/request_response.pb.h"

namespace server::history {

class BufferedQueries {
public:
    using Query = ::temporal::api::query::v1::WorkflowQuery;
    using Answer = ::temporal::api::query::v1::WorkflowQueryResult;
    // No workflow task will carry it any more: its caller dispatches it directly.
    struct Released {};

    struct Waiting {
        Waiting(Query asked, Clock& clock, boost::asio::any_io_executor executor)
            : query(std::move(asked)), alarm(clock, std::move(executor)) {}
        Query query;
        std::optional<std::variant<Answer, Released>> outcome;
        Alarm alarm;  // woken with the outcome, or when the caller has gone
    };

    std::size_t size() const { return waiting_.size(); }
    bool empty() const { return waiting_.empty(); }

    void add(const std::string& id, std::shared_ptr<Waiting> waiting);
    void remove(const std::string& id) { waiting_.erase(id); }

    // What a worker gets with its task.
    void fill(google::protobuf::Map<std::string, Query>& queries) const;
    // Unknown ids (answered, given up) are passed over.
    void answer(const google::protobuf::Map<std::string, Answer>& answers);
    void release_all();

private:
    std::map<std::string, std::shared_ptr<Waiting>> waiting_;
};

}  // namespace server::history
