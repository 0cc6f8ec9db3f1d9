// temporal-admin-k8s: Juju starts this program for every hook and every action.
#include "charm/admin/actions/admin_actions.h"
#include "charm/admin/settle.h"

namespace {

constexpr std::string_view kHooks[] = {"install",
                                       "start",
                                       "config-changed",
                                       "upgrade-charm",
                                       "update-status",
                                       "leader-elected",
                                       "peer-relation-*",
                                       "admin-relation-*",
                                       "temporal-host-info-relation-*",
                                       "secret-*",
                                       "temporal-admin-pebble-*"};
const charm::HookFamily kEverything{
    .name = "everything", .hooks = kHooks, .run = charm::admin::settle};
constexpr std::array<const charm::HookFamily*, 1> kFamilies{&kEverything};

}  // namespace

int main() { return charm::run_charm(kFamilies, charm::admin::kActions); }
