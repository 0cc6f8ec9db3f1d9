#pragma once
// The statement of transition_sql.h in the making. A member is a transition, by its place from 1.

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
        : writes_(writes), with_visibility_(with_visibility), sql_(form_of(writes)) {}

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
        const char* const form = one_row() ? "transitions 1" : "transitions ";
        return Call{form + parts_, sql_.take_text(), sql_.take_arguments()};
    }

private:
    // One row of all but the items where one transition is alone: most are, while there is little
    // to do.
    static RowsForm form_of(const Transitions& writes);

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

    bool one_row() const { return sql_.form() == RowsForm::one_row; }
    // ", name AS (SELECT * FROM …)"
    void add_input(std::string_view name, std::initializer_list<Column*> columns,
                   std::string_view names) {
        sql_.add(", ").add(name).add(one_row() ? " AS NOT" : " AS").add(" MATERIALIZED (SELECT *");
        sql_.add_rows(columns, names).add(")");
    }
    bool has(char part) const { return parts_.find(part) != std::string::npos; }

    const Transitions& writes_;
    bool with_visibility_;
    SqlBuilder sql_;
    std::string parts_;
};

}  // namespace server::store::postgres
