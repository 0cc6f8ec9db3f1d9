#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "server/frontend/api/methods.h"
#include "server/frontend/validation/query.h"

namespace server::frontend {

namespace {

// As a search attribute of the column's type would look.
common::Payload group_payload(const visibility::Column& column, const visibility::Cell& cell) {
    boost::json::value value;
    if (const auto* text = std::get_if<std::string>(&cell)) value = *text;
    if (const auto* number = std::get_if<std::int64_t>(&cell)) value = *number;
    if (const auto* real = std::get_if<double>(&cell)) value = *real;
    if (const auto* truth = std::get_if<bool>(&cell)) value = *truth;
    if (const auto* time = std::get_if<TimePoint>(&cell)) value = to_rfc3339(*time);
    common::Payload payload;
    (*payload.mutable_metadata())["encoding"] = "json/plain";
    (*payload.mutable_metadata())["type"] = std::string(visibility::to_string(column.type));
    payload.set_data(boost::json::serialize(value));
    return payload;
}

}  // namespace

Async<Result<api::CountWorkflowExecutionsResponse>> count_workflow_executions(
    Frontend& frontend, Call call, api::CountWorkflowExecutionsRequest request) {
    visibility::BindOptions options;
    options.use = visibility::QueryUse::Count;
    CO_TRY_ASSIGN(visibility::Query query,
                  co_await compile_query(frontend, call.entry, request.query(), options));
    const auto group_by = query.group_by;
    CO_TRY_ASSIGN(const store::VisibilityCount count, co_await frontend.store().visibility().count(
                                                          call.namespace_id(), std::move(query)));
    api::CountWorkflowExecutionsResponse response;
    response.set_count(count.total);
    if (!group_by) co_return response;
    for (const auto& group : count.groups) {
        auto& to = *response.add_groups();
        to.set_count(group.count);
        *to.add_group_values() = group_payload(*group_by, group.value);
    }
    co_return response;
}

}  // namespace server::frontend
