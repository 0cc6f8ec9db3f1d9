#include "server/rpc/role_router.h"

namespace server::rpc {

bool owner_has_changed(const Status& status) {
    if (status.code() != Code::Unavailable) return false;
    return status.detail<OwnershipLost>() != nullptr || status.detail<PeerUnreachable>() != nullptr;
}

}  // namespace server::rpc
