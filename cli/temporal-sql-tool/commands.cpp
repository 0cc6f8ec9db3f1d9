#include "cli/temporal-sql-tool/commands.h"

#include "cli/temporal-sql-tool/database_commands.h"
#include "cli/temporal-sql-tool/schema_commands.h"
#include "cli/temporal-sql-tool/settings.h"

namespace cli {

namespace {

using Kind = Flag::Kind;

const Flag kSchemaName{.name = "schema-name",
                       .letter = 's',
                       .value_name = "NAME",
                       .help =
                           "A schema that is part of this program: postgresql/v12/temporal, "
                           "postgresql/v12/visibility, sqlite/v3/temporal or "
                           "sqlite/v3/visibility."};
const Flag kGrantTo{.name = "grant-to",
                    .kind = Kind::list,
                    .value_name = "ROLE",
                    .help =
                        "A role that may use the tables too, as a server does; PUBLIC is every "
                        "role that may connect. PostgreSQL; without it PUBLIC where only named "
                        "roles may connect to the database, else nobody.",
                    .environment = "SQL_GRANT_TO"};
const Flag kOwner{.name = "owner",
                  .value_name = "ROLE",
                  .help =
                      "The role that owns the tables, where the user is a member of it and it may "
                      "make tables: they outlive the user, and every member can bring them "
                      "forward. PostgreSQL; elsewhere they belong to the user who makes them.",
                  .environment = "SQL_OWNER"};
const Flag kDefaultDatabase{.name = "defaultdb",
                            .value_name = "NAME",
                            .help = "The database to connect to for it. PostgreSQL.",
                            .default_value = "postgres"};

Command setup_schema_command() {
    return {
        .name = "setup-schema",
        .aliases = "setup",
        .summary = "Prepare a database for versions of its schema.",
        .description =
            "Makes the tables that remember which version the schema has, and runs a script if "
            "one is given. Safe to repeat: a stored version that is not older stays, and then "
            "the script is not run.",
        .examples = "  temporal-sql-tool --plugin postgres12 --user temporal setup-schema -v 0.0",
        .flags = {{.name = "version",
                   .letter = 'v',
                   .value_name = "VERSION",
                   .help = "The version that the database has then; 0.0 without a script."},
                  {.name = "schema-file",
                   .letter = 'f',
                   .value_name = "FILE",
                   .help = "A script to run."},
                  kSchemaName,
                  {.name = "disable-versioning",
                   .letter = 'd',
                   .kind = Kind::toggle,
                   .help = "Run the script only; the database remembers no version."},
                  {.name = "overwrite",
                   .letter = 'o',
                   .kind = Kind::toggle,
                   .help = "Drop every table first, and all that is in them. Asks."},
                  {.name = "force", .kind = Kind::toggle, .help = "Do not ask before --overwrite."},
                  kGrantTo,
                  kOwner},
        .run = checked_unless_quiet<setup_schema>};
}

Command update_schema_command() {
    return {.name = "update-schema",
            .aliases = "update",
            .summary = "Bring the schema to a newer version.",
            .description =
                "Makes each step from the stored version to the newest one, or to --version, in a "
                "transaction of its own. Safe to repeat and to run twice at once; a step that "
                "fails leaves nothing of itself.",
            .examples =
                "  temporal-sql-tool --plugin postgres12 --user temporal update-schema \\\n"
                "      -d schema/postgresql/v12/temporal/versioned",
            .flags = {{.name = "version",
                       .letter = 'v',
                       .value_name = "VERSION",
                       .help = "Where to stop; without it at the newest one."},
                      {.name = "schema-dir",
                       .letter = 'd',
                       .value_name = "DIRECTORY",
                       .help = "A directory of versions (v1.0, v1.1, ...), each with a "
                               "manifest.json."},
                      kSchemaName,
                      kGrantTo,
                      kOwner},
            .run = checked_unless_quiet<update_schema>};
}

Command schema_version_command() {
    return {.name = "schema-version",
            .summary = "Tell which version the schema has, and whether a server can use it.",
            .description =
                "Exit code 0: this release of the server can use it. 2: it is older, or "
                "not set up. 3: it is newer, and not made for this release. 4: the "
                "database cannot be reached now. 1: anything else.",
            .flags = {{.name = "schema-name",
                       .letter = 's',
                       .kind = Kind::list,
                       .value_name = "NAME",
                       .help = "The schema it must have, temporal or visibility; without it those "
                               "that it has."}},
            .run = tell_schema_version};
}

}  // namespace

const Command& sql_tool_commands() {
    static const Command kProgram{
        .name = "temporal-sql-tool",
        .summary = "Prepares and updates the SQL databases of a server.",
        .description =
            "Prepares and updates the SQL databases of a server.\n\nWith PostgreSQL, "
            "$PGPASSWORD and ~/.pgpass count where no password is given. With the "
            "plugin sqlite, --database is the path of the file.",
        .flags = connection_flags(),
        .children = {
            setup_schema_command(),
            update_schema_command(),
            {.name = "create-database",
             .aliases = "create",
             .summary = "Create a database; one that exists is left as it is.",
             .flags = {kDefaultDatabase},
             .run = checked_unless_quiet<create_database>},
            {.name = "drop-database",
             .aliases = "drop",
             .summary = "Drop a database with all that is in it. Asks.",
             .flags =
                 {kDefaultDatabase,
                  {.name = "force", .letter = 'f', .kind = Kind::toggle, .help = "Do not ask."}},
             .run = checked_unless_quiet<drop_database>},
            schema_version_command()}};
    return kProgram;
}

}  // namespace cli
