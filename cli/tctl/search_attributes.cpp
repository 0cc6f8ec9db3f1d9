// `tctl admin cluster add-, remove- and get-search-attributes`.
#include "cli/requests/search_attributes.h"

#include <ostream>

#include "cli/tctl/commands.h"
#include "cli/tctl/globals.h"
#include "temporal/server/api/adminservice/v1/request_response.pb.h"

namespace cli::tctl {

namespace {

namespace admin_api = ::temporal::server::api::adminservice::v1;
using KnownAttributes = admin_api::GetSearchAttributesResponse;

Result<KnownAttributes> known_attributes(const Invocation& invocation, Connection& connection) {
    admin_api::GetSearchAttributesRequest request;
    request.set_namespace_(namespace_name(invocation));
    return connection.call<KnownAttributes>(request);
}

// The user's word that it may be done: FailedPrecondition without it.
Status confirm_change(const Invocation& invocation, const std::string& what, Terminal& terminal) {
    if (invocation.flags.toggle("auto_confirm")) return {};
    if (confirmed(terminal, what + " Continue?")) return {};
    return server::failed_precondition(
        "not confirmed, nothing was changed; answer y, or give --auto_confirm");
}

Status add_attributes(const Invocation& invocation, Terminal& terminal) {
    const FlagValues& flags = invocation.flags;
    TRY_ASSIGN(AttributeTypes wanted, attribute_types(flags.list("name"), flags.list("type")));
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    TRY_ASSIGN(const auto known, known_attributes(invocation, connection));
    TRY_ASSIGN(AttributeTypes missing, missing_attributes(wanted, known.custom_attributes()));
    if (missing.empty()) {
        terminal.out << "Search attributes already exist.\n";
        return {};
    }
    const std::string name = namespace_name(invocation);
    TRY(confirm_change(invocation,
                       "You are about to add to the namespace " + name + " the search attributes " +
                           attribute_list(missing) + ".",
                       terminal));
    admin_api::AddSearchAttributesRequest request;
    request.set_namespace_(name);
    request.mutable_search_attributes()->swap(missing);
    TRY(connection.call<admin_api::AddSearchAttributesResponse>(request).status());
    terminal.out << "Search attributes have been added successfully.\n";
    return {};
}

Status remove_attributes(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    TRY_ASSIGN(const auto known, known_attributes(invocation, connection));
    admin_api::RemoveSearchAttributesRequest request;
    request.set_namespace_(namespace_name(invocation));
    std::string names;
    for (const std::string& name : invocation.flags.list("name")) {
        if (!known.custom_attributes().contains(name)) {
            return server::not_found("the namespace " + request.namespace_() +
                                     " has no search attribute " + name + " of its own");
        }
        names += (names.empty() ? "" : ", ") + name;
        request.add_search_attributes(name);
    }
    TRY(confirm_change(invocation,
                       "You are about to remove from the namespace " + request.namespace_() +
                           " the search attributes " + names + ".",
                       terminal));
    TRY(connection.call<admin_api::RemoveSearchAttributesResponse>(request).status());
    terminal.out << "Search attributes have been removed successfully.\n";
    return {};
}

Status list_attributes(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    TRY_ASSIGN(const auto known, known_attributes(invocation, connection));
    terminal.out << "Custom search attributes:\n";
    print_framed(terminal.out, attribute_table(known.custom_attributes()));
    terminal.out << "System search attributes:\n";
    print_framed(terminal.out, attribute_table(known.system_attributes()));
    return {};
}

const Flag kAttributeNames{
    .name = "name", .kind = Flag::Kind::list, .value_name = "NAME", .help = "A search attribute."};

}  // namespace

std::vector<Command> search_attribute_commands() {
    return {
        {.name = "add-search-attributes",
         .aliases = "asa",
         .summary = "Add search attributes to the namespace.",
         .examples = "  tctl admin cluster add-search-attributes --name ProductId --type Keyword",
         .flags = {kAttributeNames,
                   {.name = "type",
                    .kind = Flag::Kind::list,
                    .value_name = "TYPE",
                    .help = "Its type: the first --type is that of the first --name, and so on.",
                    .choices = "Text|Keyword|Int|Double|Bool|Datetime|KeywordList"}},
         .required = {"name", "type"},
         .run = checked<add_attributes>},
        {.name = "remove-search-attributes",
         .aliases = "rsa|remove",
         .summary = "Remove search attributes from the namespace.",
         .flags = {kAttributeNames},
         .required = {"name"},
         .run = checked<remove_attributes>},
        {.name = "get-search-attributes",
         .aliases = "gsa",
         .summary = "List the search attributes of the namespace.",
         .run = checked<list_attributes>},
    };
}

}  // namespace cli::tctl
