// `temporal operator search-attribute`.
#include <ostream>

#include "cli/client/flags.h"
#include "cli/output/output.h"
#include "cli/requests/search_attributes.h"
#include "cli/temporal/operator/operator.h"

namespace cli {

namespace {

using KnownAttributes = operator_api::ListSearchAttributesResponse;

Result<KnownAttributes> known_attributes(const Invocation& invocation, Connection& connection) {
    operator_api::ListSearchAttributesRequest request;
    request.set_namespace_(invocation.flags.text("namespace"));
    return connection.call<KnownAttributes>(request);
}

void say(const std::string& text, Output& output) {
    if (output.for_people()) output.text() << text << "\n";
    output.print(boost::json::object());
}

Status create_attributes(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    const FlagValues& flags = invocation.flags;
    TRY_ASSIGN(AttributeTypes wanted, attribute_types(flags.list("name"), flags.list("type")));
    TRY_ASSIGN(Connection connection, connect(invocation));
    TRY_ASSIGN(const auto known, known_attributes(invocation, connection));
    TRY_ASSIGN(AttributeTypes missing, missing_attributes(wanted, known.custom_attributes()));
    if (missing.empty()) {
        say("Search attributes already exist", output);
        return {};
    }
    operator_api::AddSearchAttributesRequest request;
    request.set_namespace_(flags.text("namespace"));
    request.mutable_search_attributes()->swap(missing);
    TRY(connection.call<operator_api::AddSearchAttributesResponse>(request).status());
    say("Search attributes have been added", output);
    return {};
}

Status list_attributes(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    TRY_ASSIGN(Connection connection, connect(invocation));
    TRY_ASSIGN(const auto known, known_attributes(invocation, connection));
    output.print(known);
    if (!output.for_people()) return {};
    AttributeTypes all = known.system_attributes();
    for (const auto& [name, type] : known.custom_attributes()) all[name] = type;
    output.print_table(attribute_table(all));
    return {};
}

Status remove_attributes(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    TRY_ASSIGN(Connection connection, connect(invocation));
    TRY_ASSIGN(const auto known, known_attributes(invocation, connection));
    operator_api::RemoveSearchAttributesRequest request;
    request.set_namespace_(invocation.flags.text("namespace"));
    for (const std::string& name : invocation.flags.list("name")) {
        if (!known.custom_attributes().contains(name)) {
            return server::not_found("the namespace " + request.namespace_() +
                                     " has no search attribute " + name + " of its own");
        }
        request.add_search_attributes(name);
    }
    if (!invocation.flags.toggle("yes") &&
        !confirmed(terminal, "Remove them from the namespace " + request.namespace_() + "?")) {
        return server::failed_precondition(
            "not confirmed, nothing was changed; answer y, or give --yes");
    }
    TRY(connection.call<operator_api::RemoveSearchAttributesResponse>(request).status());
    say("Search attributes have been removed", output);
    return {};
}

const Flag kAttributeNames{
    .name = "name", .kind = Flag::Kind::list, .value_name = "NAME", .help = "A search attribute."};

}  // namespace

Command operator_search_attribute_command() {
    return {
        .name = "search-attribute",
        .summary = "Add, list and remove the search attributes of a namespace.",
        .children = {
            {.name = "create",
             .summary = "Add search attributes.",
             .examples = "  temporal operator search-attribute create --name Total --type Int",
             .flags = {kAttributeNames,
                       {.name = "type",
                        .kind = Flag::Kind::list,
                        .value_name = "TYPE",
                        .help =
                            "Its type: the first --type is that of the first --name, and so on.",
                        .choices = "Text|Keyword|Int|Double|Bool|Datetime|KeywordList"}},
             .required = {"name", "type"},
             .run = checked<create_attributes>},
            {.name = "list",
             .summary = "List search attributes with their types.",
             .run = checked<list_attributes>},
            {.name = "remove",
             .summary = "Remove search attributes.",
             .flags = {kAttributeNames,
                       {.name = "yes",
                        .letter = 'y',
                        .kind = Flag::Kind::toggle,
                        .help = "Do not ask."}},
             .required = {"name"},
             .run = checked<remove_attributes>}}};
}

}  // namespace cli
