#pragma once
// The statement of transition_sql.h in the making. A member is a transition, by its place from 1.

#include <initializer_list>
#include <string>
#include <string_view>

#include "server/store/postgres/sql_builder.h"
#include "server/store/postgres/transition_sql.h"

namespace server::store::postgres {

// Why a transition is guilty; lower ones are told first. The numbers are in the statement.
enum class Reason { none = 0, fence = 1, run = 2, deleted_run = 3, current_run = 4 };

// Of a row of input `i`.
inline constexpr std::string_view kAlive = "(SELECT ok FROM alive)[i.member]";

class TransitionSql {
public:
    TransitionSql(const Transitions& writes, bool with_visibility)
        : writes_(writes), with_visibility_(with_visibility) {}

    Call build() {
        add_owners();
        add_runs();
        add_deletes();
        add_current();
        add_guilty();
        write_runs();
        write_items();
        write_history();
        write_current();
        write_outbox();
        if (with_visibility_) write_visibility();
        write_deletes();
        add_answer();
        return Call{"transitions " + parts_, sql_.take_text(), sql_.take_arguments()};
    }

private:
    void add_owners();
    void add_runs();
    void add_deletes();
    void add_current();
    void add_guilty();
    void write_runs();
    void write_items();
    void write_history();
    void write_current();
    void write_outbox();
    void write_visibility();
    void write_deletes();
    void add_answer();

    // " FROM unnest($1::int4[], …)"
    void add_rows(std::initializer_list<Column*> columns, std::string_view names) {
        sql_.add(" FROM unnest(");
        bool first = true;
        for (Column* column : columns) {
            if (!first) sql_.add(", ");
            sql_.add(*column);
            first = false;
        }
        sql_.add(") AS i (").add(names).add(")");
    }
    bool has(char part) const { return parts_.find(part) != std::string::npos; }

    const Transitions& writes_;
    bool with_visibility_;
    SqlBuilder sql_;
    std::string parts_;
};

}  // namespace server::store::postgres
