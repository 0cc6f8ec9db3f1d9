#include "cli/temporal-sql-tool/schema_commands.h"

#include <fstream>
#include <iterator>
#include <ostream>

#include "cli/temporal-sql-tool/target.h"
#include "server/store/schema/migrate.h"
#include "server/store/schema/readiness.h"

namespace cli {

namespace {

namespace schema = server::store::schema;
using server::invalid_argument;
using server::Result;
using server::Status;

constexpr int kExitOlder = 2;
constexpr int kExitNewer = 3;
constexpr int kExitUnreachable = 4;

schema::Progress printer(Terminal& terminal) {
    return [&terminal](const std::string& line) { terminal.out << line << std::endl; };
}

// "postgresql/v96/temporal", also with the "/versioned" of a directory's path behind it.
Result<schema::Schema> load_named(const std::string& flag_text, const SqlTarget& target) {
    constexpr std::string_view kVersioned = "/versioned";
    std::string name = flag_text;
    if (name.ends_with(kVersioned)) name.resize(name.size() - kVersioned.size());
    const Result<schema::Schema> found = schema::load_embedded(name);
    if (!found.ok()) return invalid_argument("flag --schema-name: " + found.status().message());
    const std::string_view kind = target.store().substr(0, target.store().find('/'));
    if (name.starts_with(kind)) return found;
    return invalid_argument("flag --schema-name: " + name +
                            " is not for this --plugin, which has " + std::string(target.store()) +
                            "/temporal and " + std::string(target.store()) + "/visibility");
}

Result<schema::Script> read_script(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file) return invalid_argument("flag --schema-file: cannot read " + path);
    return schema::Script{path, std::move(text)};
}

Result<std::optional<schema::Version>> read_version(const FlagValues& flags) {
    if (!flags.given("version")) return std::optional<schema::Version>();
    const auto version = schema::parse_version(flags.text("version"));
    if (version.ok()) return std::optional(*version);
    return invalid_argument("flag --version: " + version.status().message());
}

// Exactly one of two flags.
Status check_one_of(const FlagValues& flags, const std::string& one, const std::string& other) {
    if (flags.given(one) != flags.given(other)) return server::ok_status();
    return invalid_argument("exactly one of --" + one + " and --" + other + " is needed");
}

struct SetupPlan {
    schema::Setup setup;
    std::optional<schema::Schema> schema;  // steps to make up to `version`
    schema::Version version;
};

Result<SetupPlan> plan_setup(const FlagValues& flags, const SqlTarget& target) {
    TRY(check_one_of(flags, "version", "disable-versioning"));
    if (flags.given("schema-file") && flags.given("schema-name")) {
        return invalid_argument("flags --schema-file and --schema-name exclude each other");
    }
    SetupPlan plan;
    plan.setup.overwrite = flags.toggle("overwrite");
    TRY_ASSIGN(plan.setup.version, read_version(flags));
    plan.version = plan.setup.version.value_or(schema::Version{});
    if (flags.given("schema-file")) {
        TRY_ASSIGN(schema::Script script, read_script(flags.text("schema-file")));
        plan.setup.scripts.push_back(std::move(script));
        return plan;
    }
    if (!flags.given("schema-name")) {
        if (plan.setup.version) return plan;
        return invalid_argument(
            "--disable-versioning needs a script: --schema-file or --schema-name");
    }
    TRY_ASSIGN(schema::Schema named, load_named(flags.text("schema-name"), target));
    if (plan.setup.version) {
        plan.setup.version = schema::Version{};
        plan.schema = std::move(named);
        return plan;
    }
    for (const schema::Step& step : named.steps) {
        plan.setup.scripts.insert(plan.setup.scripts.end(), step.scripts.begin(),
                                  step.scripts.end());
    }
    return plan;
}

server::store::postgres::TableRights rights_of(const FlagValues& flags) {
    return {.grant_to = flags.list("grant-to"), .owner = flags.text("owner")};
}

Status confirm_overwrite(const FlagValues& flags, const SqlTarget& target, Terminal& terminal) {
    if (!flags.toggle("overwrite") || flags.toggle("force")) return server::ok_status();
    if (confirmed(terminal,
                  "Drop every table of " + target.name() + ", and all that is in them?")) {
        return server::ok_status();
    }
    return server::failed_precondition("nothing was changed; --force overwrites without asking");
}

// The names that --schema-name gives, without what stands before them.
std::vector<std::string> asked_names(const FlagValues& flags) {
    std::vector<std::string> names;
    for (const std::string& text : flags.list("schema-name")) {
        names.push_back(text.substr(text.rfind('/') + 1));
    }
    return names;
}

Status check_names(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        if (name == schema::kTemporal || name == schema::kVisibility) continue;
        return invalid_argument("flag --schema-name: \"" + name +
                                "\" is neither temporal nor visibility");
    }
    return server::ok_status();
}

// Prints one line, and returns the exit code of this schema.
int tell(const std::optional<schema::StoredVersions>& stored, const schema::Schema& needed,
         Terminal& terminal) {
    const std::string text = describe(stored, needed);
    switch (readiness_of(stored, needed)) {
    case schema::Readiness::ready: terminal.out << text << ": ready" << std::endl; return 0;
    case schema::Readiness::older:
        terminal.out << text << ": run setup-schema and update-schema" << std::endl;
        return kExitOlder;
    case schema::Readiness::newer:
        terminal.out << text << ": start a newer release" << std::endl;
        return kExitNewer;
    }
    return 1;
}

}  // namespace

Status setup_schema(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(SqlSettings settings, read_settings(invocation.flags));
    SqlTarget target(std::move(settings), terminal);
    TRY_ASSIGN(const SetupPlan plan, plan_setup(invocation.flags, target));
    TRY(confirm_overwrite(invocation.flags, target, terminal));
    TRY_ASSIGN(const auto database, target.open(rights_of(invocation.flags)));
    TRY(schema::set_up(*database, plan.setup, printer(terminal)));
    if (!plan.schema) return server::ok_status();
    return schema::update(*database, *plan.schema, plan.version, printer(terminal));
}

Status update_schema(const Invocation& invocation, Terminal& terminal) {
    const FlagValues& flags = invocation.flags;
    TRY_ASSIGN(SqlSettings settings, read_settings(flags));
    SqlTarget target(std::move(settings), terminal);
    TRY(check_one_of(flags, "schema-dir", "schema-name"));
    TRY_ASSIGN(const auto version, read_version(flags));
    Result<schema::Schema> steps = flags.given("schema-dir")
                                       ? schema::load_directory(flags.text("schema-dir"))
                                       : load_named(flags.text("schema-name"), target);
    if (!steps.ok()) return steps.status();
    TRY_ASSIGN(const auto database, target.open(rights_of(flags)));
    TRY(schema::update(*database, *steps, version, printer(terminal)));
    if (!flags.given("grant-to") && !flags.given("owner")) return server::ok_status();
    // Also where there was no step to make.
    TRY(database->begin());
    return database->commit();
}

int tell_schema_version(const Invocation& invocation, Terminal& terminal) {
    Result<SqlSettings> settings = read_settings(invocation.flags);
    if (!settings.ok()) return fail(terminal, settings.status().message());
    SqlTarget target(std::move(settings).value(), terminal);
    std::vector<std::string> names = asked_names(invocation.flags);
    if (const Status known = check_names(names); !known.ok()) {
        return fail(terminal, known.message());
    }
    const auto stored = target.read_versions();
    if (!stored.ok()) {
        fail(terminal, stored.status().message());
        return stored.status().code() == server::Code::Unavailable ? kExitUnreachable : 1;
    }
    for (const std::string_view name : {schema::kTemporal, schema::kVisibility}) {
        const bool has = *stored && (*stored)->contains(name);
        if (has && !invocation.flags.given("schema-name")) names.emplace_back(name);
    }
    if (names.empty()) {
        terminal.out << "no schema is set up: run setup-schema and update-schema" << std::endl;
        return kExitOlder;
    }
    int code = 0;
    for (const std::string& name : names) {
        code = std::max(code, tell(*stored, schema::embedded(target.store(), name), terminal));
    }
    return code;
}

}  // namespace cli
