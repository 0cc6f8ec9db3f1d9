// temporal-k8s: Juju starts this program for every hook and every action.
#include "actions/actions.h"
#include "charm/run.h"
#include "hooks/hooks.h"

int main() { return charm::run_charm(charm::hooks::kAll, charm::actions::kAll); }
