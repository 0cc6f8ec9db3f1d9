#pragma once
// Gives a parsed filter its meaning in one namespace: finds the columns, converts the literals,
// refuses the operators that a type does not have, and hides what users do not ask for (schedules,
// batches, deployments live in divisions of the namespace).
//
//   type              operators besides IS [NOT] NULL
//   Keyword           = != < <= > >= IN BETWEEN STARTS_WITH
//   KeywordList       = != IN                               the list contains it, or one of them
//   Text              = !=                                  a token matches
//   Int Double        = != < <= > >= IN BETWEEN
//   Datetime          = != < <= > >= IN BETWEEN
//   Bool              = != < <= > >= IN

#include <string>
#include <string_view>

#include "server/base/status.h"
#include "server/visibility/query.h"

namespace server::visibility {

enum class QueryUse { List, Count };

struct BindOptions {
    QueryUse use = QueryUse::List;  // GROUP BY is possible only in a count
    // Unless the query names TemporalNamespaceDivision, it sees this division only. Empty: what is
    // in none.
    std::string division = {};
    // Put before what is compared with ScheduleId, which is another word for WorkflowId.
    std::string schedule_id_prefix = {};
};

// InvalidArgument with the position: see query_error.h.
Result<Query> bind(const ParsedQuery& parsed, const SearchAttributeCatalog& catalog,
                   const BindOptions& options = {});

// Parses and binds: what the handlers of list and count calls do with the text of a request.
Result<Query> compile(std::string_view text, const SearchAttributeCatalog& catalog,
                      const BindOptions& options = {});

}  // namespace server::visibility
