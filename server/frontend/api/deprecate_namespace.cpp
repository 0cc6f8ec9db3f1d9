#include "server/frontend/api/methods.h"
#include "server/frontend/validation/ids.h"
#include "server/frontend/validation/namespaces.h"

namespace server::frontend {

// A deprecated namespace starts nothing new; what runs in it goes on.
Async<Result<api::DeprecateNamespaceResponse>> deprecate_namespace(
    Frontend& frontend, Call, api::DeprecateNamespaceRequest request) {
    CO_TRY(check_name("Namespace", request.namespace_(), frontend.limits().id_bytes_max));
    cluster::NamespaceRegistry::Change change = [](state::v1::Namespace& stored) {
        TRY(check_state_change(stored.info().state(), enums::NAMESPACE_STATE_DEPRECATED));
        stored.mutable_info()->set_state(enums::NAMESPACE_STATE_DEPRECATED);
        return Status();
    };
    CO_TRY_ASSIGN(const cluster::NamespacePtr updated,
                  co_await frontend.namespaces().update(request.namespace_(), std::move(change)));
    co_return api::DeprecateNamespaceResponse();
}

}  // namespace server::frontend
