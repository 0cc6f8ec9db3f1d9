#include "server/rpc/role_tables.h"

#include "server/rpc/remote_role.h"

namespace server::rpc {

namespace {

template <class Role, class Response, class Request>
void serve_method(MethodTable& table, Role& role,
                  Async<Result<Response>> (Role::*method)(CallContext, Request)) {
    table.add<Request, Response>(method_name_of(*Request::descriptor()),
                                 [&role, method](CallContext context, Request request) {
                                     return (role.*method)(std::move(context), std::move(request));
                                 });
}

template <class Role>
MethodTable serve_all(Role& role) {
    MethodTable table(RoleMethods<Role>::kService);
    RoleMethods<Role>::visit_methods([&](auto method) { serve_method(table, role, method); });
    for (int index = 0; index < table.service().method_count(); ++index) {
        const std::string& name = table.service().method(index)->name();
        ASSERT(table.find(name) != nullptr, name);
    }
    return table;
}

}  // namespace

MethodTable table_of(History& role) { return serve_all(role); }
MethodTable table_of(Matching& role) { return serve_all(role); }
MethodTable table_of(ClusterPeer& role) { return serve_all(role); }

}  // namespace server::rpc
