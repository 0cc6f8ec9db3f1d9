#include "server/store/postgres/transition_sql.h"

#include "server/store/conflicts.h"
#include "server/store/postgres/transition_statement.h"

namespace server::store::postgres {

namespace {

CommitOutcome conflict_of(std::string message) {
    return CommitOutcome{CommitKind::conflict, std::move(message)};
}

CommitOutcome outcome_of(const TransitionWrite& write, Reason reason, const Rows& answer, int row) {
    const auto number = static_cast<std::size_t>(answer.integer(row, 2));
    const std::int64_t stored = answer.is_null(row, 3) ? 0 : answer.integer(row, 3);
    const bool has_id = !answer.is_null(row, 4);
    switch (reason) {
    case Reason::none: break;
    case Reason::fence: return {CommitKind::shard_lost, lost_shard(write, RangeId{stored})};
    case Reason::run: {
        const RunWrite& run = write.runs[number];
        return conflict_of(has_id ? run_id_conflict(run.run, answer.bytes(row, 4))
                                  : version_conflict(run, stored));
    }
    case Reason::deleted_run: {
        const RunDelete& run = write.deleted_runs[number];
        return conflict_of(has_id ? run_id_conflict(run.run, answer.bytes(row, 4))
                                  : version_conflict(run, stored));
    }
    case Reason::current_run: {
        std::optional<std::string> run_id;
        if (has_id) run_id = unpack_id(answer.view(row, 4));
        return conflict_of(current_run_conflict(*write.current, run_id));
    }
    }
    return CommitOutcome{};
}

}  // namespace

Call transitions_call(const Transitions& writes, bool with_visibility) {
    return TransitionSql(writes, with_visibility).build();
}

std::vector<CommitOutcome> transition_outcomes(const Transitions& writes, const Rows& answer) {
    std::vector<CommitOutcome> outcomes(writes.size());
    std::vector<Reason> told(writes.size(), Reason::none);
    for (int row = 0; row < answer.count(); ++row) {
        const auto reason = static_cast<Reason>(answer.integer(row, 1));
        if (reason == Reason::none) continue;
        const auto member = static_cast<std::size_t>(answer.integer(row, 0)) - 1;
        if (told[member] != Reason::none && told[member] <= reason) continue;
        told[member] = reason;
        outcomes[member] = outcome_of(*writes[member], reason, answer, row);
    }
    return outcomes;
}

}  // namespace server::store::postgres
