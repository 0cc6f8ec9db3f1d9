#include "charm/admin/schema_report.h"

#include "charm/admin/admin_plan.h"
#include "charm/admin/settle.h"
#include "charm/reconcile.h"

namespace charm::admin {

namespace {

const char* word_for(SchemaState state) {
    switch (state) {
    case SchemaState::ready: return "ready";
    case SchemaState::old: return "old; setup-schema brings it up to date";
    case SchemaState::newer: return "newer than this release";
    case SchemaState::unreachable: return "unreachable";
    case SchemaState::no_tool: return "unknown, the image lacks the tool of this release";
    }
    return "";
}

void add_to_list(std::string& list, const std::string& entry) {
    list += (list.empty() ? "" : ", ") + entry;
}

void add_answer(const std::string& name, const Target& target, const SchemaAnswer& answer,
                SchemaReport& report) {
    const std::string title = target.place() + " is " + word_for(answer.state);
    report.ready = report.ready && answer.state == SchemaState::ready;
    report.answers = report.answers && answer.state != SchemaState::unreachable &&
                     answer.state != SchemaState::no_tool;
    if (answer.state == SchemaState::old) {
        report.old.push_back(name);
    } else if (answer.state != SchemaState::ready) {
        report.open.push_back(name + ": " + title + ": " + answer.text);
    }
    report.results["schema." + name] = title + ": " + answer.text;
    add_to_list(report.results["current-schema-version"],
                name + " " + version_behind(answer.text, "has version "));
    add_to_list(report.results["target-schema-version"],
                name + " " + version_behind(answer.text, "this release needs "));
}

}  // namespace

std::string version_behind(const std::string& text, const std::string& words) {
    const std::size_t at = text.find(words);
    if (at == std::string::npos) return "none";
    const std::size_t begin = at + words.size();
    return text.substr(begin, text.find_first_of(",: ", begin) - begin);
}

Result<SchemaReport> report_schemas(const Context& context) {
    pebble::Client client(pebble_socket(kAdminContainer));
    TRY_ASSIGN(AdminModel model, read_admin_model(context.environment, context.tools, client));
    if (!model.container.reachable) {
        return server::failed_precondition("cannot connect to container; try again");
    }
    const std::vector<Target> targets = targets_of(model);
    ask_schemas(client, targets, model);
    SchemaReport report{
        .servers = model.servers.size(), .ready = !targets.empty(), .answers = !targets.empty()};
    std::map<std::string, int> count;
    for (const Target& target : targets) {
        const int number = ++count[target.kind];
        const std::string suffix = number == 1 ? "" : "-" + std::to_string(number);
        add_answer(target.kind + suffix, target, model.schema[target.place()], report);
    }
    return report;
}

}  // namespace charm::admin
