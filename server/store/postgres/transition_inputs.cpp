// What a batch brings, as rows, and who of it is guilty.

#include <map>

#include "server/base/mutant.h"
#include "server/store/postgres/transition_statement.h"

namespace server::store::postgres {

namespace {

using Kind = Column::Kind;

void add_due(Column& column, TimePoint due) {
    if (due == kNever) return column.add_null();
    column.add(unix_nanos(due));
}

}  // namespace

RowsForm TransitionSql::form_of(const Transitions& writes) {
    if (writes.size() != 1) return RowsForm::arrays;
    const TransitionWrite& write = *writes.front();
    if (write.runs.size() > 1 || write.deleted_runs.size() > 1 || write.visibility.size() > 1) {
        return RowsForm::arrays;
    }
    const bool one_batch = write.runs.empty() || write.runs.front().history.size() <= 1;
    return one_batch ? RowsForm::one_row : RowsForm::arrays;
}

void TransitionSql::add_owners() {
    std::map<std::pair<ShardId, RangeId>, std::int64_t> places;
    Column member_places(Kind::int4);
    Column members(Kind::int4);
    for (std::size_t index = 0; index < writes_.size(); ++index) {
        const auto next = static_cast<std::int64_t>(places.size()) + 1;
        const std::pair owner{writes_[index]->shard_id, writes_[index]->range_id};
        members.add(static_cast<std::int64_t>(index) + 1);
        member_places.add(places.emplace(owner, next).first->second);
    }
    Column owner_places(Kind::int4);
    Column shards(Kind::int4);
    Column ranges(Kind::int8);
    for (const auto& [owner, place] : places) {
        owner_places.add(place);
        shards.add(std::int64_t{owner.first.value});
        ranges.add(owner.second.value);
    }
    sql_.add("WITH fence AS MATERIALIZED (SELECT i.place, s.range_id, ");
    const bool fenced = !mutant("postgres_no_fence");
    sql_.add(fenced ? "s.range_id = i.range_id AND i.range_id > 0" : "true").add(" AS held");
    sql_.add_rows({&owner_places, &shards, &ranges}, "place, shard_id, range_id");
    sql_.add(" JOIN shard s ON s.shard_id = i.shard_id ORDER BY s.shard_id FOR SHARE OF s)");
    add_input("member", {&members, &member_places}, "member, place");
}

void TransitionSql::add_runs() {
    Column members(Kind::int4), numbers(Kind::int4), shards(Kind::int4);
    Column run_ids(Kind::bytes), namespaces(Kind::bytes), workflows(Kind::bytes);
    Column expected(Kind::int8), due(Kind::int8), infos(Kind::bytes);
    bool any_new = false;
    bool any_next = false;
    for (std::size_t index = 0; index < writes_.size(); ++index) {
        const TransitionWrite& write = *writes_[index];
        for (std::size_t number = 0; number < write.runs.size(); ++number) {
            const RunWrite& run = write.runs[number];
            members.add(static_cast<std::int64_t>(index) + 1);
            numbers.add(static_cast<std::int64_t>(number));
            shards.add(std::int64_t{write.shard_id.value});
            run_ids.add(pack_id(run.run.run_id));
            namespaces.add(pack_id(run.run.namespace_id));
            workflows.add(run.run.workflow_id);
            expected.add(run.expected_version);
            add_due(due, run.next_due);
            infos.add(run.info);
            (run.expected_version == 0 ? any_new : any_next) = true;
        }
    }
    if (members.size() == 0) return;
    parts_ += any_new && any_next ? "rnu" : any_new ? "rn" : "ru";
    add_input(
        "run_in",
        {&members, &numbers, &shards, &run_ids, &namespaces, &workflows, &expected, &due, &infos},
        "member, number, shard_id, run_id, namespace_id, workflow_id, expected, next_due, info");
}

void TransitionSql::add_deletes() {
    Column members(Kind::int4), numbers(Kind::int4), shards(Kind::int4);
    Column run_ids(Kind::bytes), run_texts(Kind::bytes), namespaces(Kind::bytes);
    Column workflows(Kind::bytes), branches(Kind::bytes), expected(Kind::int8);
    for (std::size_t index = 0; index < writes_.size(); ++index) {
        const TransitionWrite& write = *writes_[index];
        for (std::size_t number = 0; number < write.deleted_runs.size(); ++number) {
            const RunDelete& run = write.deleted_runs[number];
            members.add(static_cast<std::int64_t>(index) + 1);
            numbers.add(static_cast<std::int64_t>(number));
            shards.add(std::int64_t{write.shard_id.value});
            run_ids.add(pack_id(run.run.run_id));
            run_texts.add(run.run.run_id);
            namespaces.add(pack_id(run.run.namespace_id));
            workflows.add(run.run.workflow_id);
            branches.add(pack_id(run.branch_id));
            expected.add(run.expected_version);
        }
    }
    if (members.size() == 0) return;
    parts_ += 'd';
    add_input("delete_in",
              {&members, &numbers, &shards, &run_ids, &run_texts, &namespaces, &workflows,
               &branches, &expected},
              "member, number, shard_id, run_id, run_text, namespace_id, workflow_id, branch_id,"
              " expected");
}

void TransitionSql::add_current() {
    Column members(Kind::int4), shards(Kind::int4), namespaces(Kind::bytes);
    Column workflows(Kind::bytes), run_ids(Kind::bytes), closed(Kind::boolean);
    Column expected(Kind::bytes);
    for (std::size_t index = 0; index < writes_.size(); ++index) {
        const auto& current = writes_[index]->current;
        if (!current) continue;
        members.add(static_cast<std::int64_t>(index) + 1);
        shards.add(std::int64_t{writes_[index]->shard_id.value});
        namespaces.add(pack_id(current->namespace_id));
        workflows.add(current->workflow_id);
        run_ids.add(pack_id(current->run_id));
        closed.add(std::int64_t{current->closed ? 1 : 0});
        if (current->expected_run_id) {
            expected.add(pack_id(*current->expected_run_id));
        } else {
            expected.add_null();
        }
    }
    if (members.size() == 0) return;
    parts_ += 'c';
    add_input("current_in",
              {&members, &shards, &namespaces, &workflows, &run_ids, &closed, &expected},
              "member, shard_id, namespace_id, workflow_id, run_id, closed, expected");
}

void TransitionSql::add_guilty() {
    sql_.add(
        ", guilty AS MATERIALIZED (SELECT m.member, 1 AS reason, 0 AS number,"
        " (SELECT f.range_id FROM fence f WHERE f.place = m.place) AS stored,"
        " NULL::bytea AS stored_id FROM member m"
        " WHERE m.place <> ALL (ARRAY(SELECT f.place FROM fence f WHERE f.held))");
    if (has('r')) {
        sql_.add(
            " UNION ALL SELECT i.member, 2, i.number, coalesce(r.version, 0),"
            " CASE WHEN r.namespace_id <> i.namespace_id OR r.workflow_id <> i.workflow_id"
            " THEN r.workflow_id END"
            " FROM run_in i LEFT JOIN run r ON r.shard_id = i.shard_id AND r.run_id = i.run_id"
            " WHERE coalesce(r.version, 0) <> i.expected OR r.namespace_id <> i.namespace_id"
            " OR r.workflow_id <> i.workflow_id");
    }
    if (has('d')) {
        sql_.add(
            " UNION ALL SELECT i.member, 3, i.number, coalesce(r.version, 0),"
            " CASE WHEN r.namespace_id <> i.namespace_id OR r.workflow_id <> i.workflow_id"
            " THEN r.workflow_id END"
            " FROM delete_in i LEFT JOIN run r ON r.shard_id = i.shard_id AND r.run_id = i.run_id"
            " WHERE r.version IS DISTINCT FROM i.expected OR r.namespace_id <> i.namespace_id"
            " OR r.workflow_id <> i.workflow_id");
    }
    if (has('c')) {
        sql_.add(
            " UNION ALL SELECT i.member, 4, 0, 0, c.run_id"
            " FROM current_in i LEFT JOIN current_run c ON c.shard_id = i.shard_id"
            " AND c.namespace_id = i.namespace_id AND c.workflow_id = i.workflow_id"
            " WHERE c.run_id IS DISTINCT FROM i.expected");
    }
    if (one_row()) {
        sql_.add("), alive AS MATERIALIZED (SELECT ARRAY[NOT EXISTS (SELECT FROM guilty)] AS ok)");
        return;
    }
    sql_.add(
        "), alive AS MATERIALIZED (SELECT array_agg(g.member IS NULL ORDER BY m.member) AS ok"
        " FROM member m LEFT JOIN (SELECT DISTINCT member FROM guilty) g ON g.member = m.member)");
}

}  // namespace server::store::postgres
