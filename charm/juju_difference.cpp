#include "charm/juju_difference.h"

namespace charm {

Bag bag_difference(const Bag& present, const Bag& wanted) {
    Bag changes;
    for (const auto& [key, value] : wanted) {
        const auto found = present.find(key);
        const std::string before = found == present.end() ? std::string() : found->second;
        if (before != value) changes[key] = value;
    }
    return changes;
}

Status JujuWriter::write_app_bag(const Relation& relation, const Bag& wanted) const {
    const Bag changes = bag_difference(relation.own_app, wanted);
    return changes.empty() ? ok_status() : tools.set_app_bag(relation.id, changes);
}

Status JujuWriter::write_unit_bag(const Relation& relation, const Bag& wanted) const {
    const Bag changes = bag_difference(relation.own_unit, wanted);
    return changes.empty() ? ok_status() : tools.set_unit_bag(relation.id, changes);
}

Status JujuWriter::write_ports(const std::set<std::string>& present,
                               const std::set<std::string>& wanted) const {
    for (const std::string& port : wanted) {
        if (!present.contains(port)) TRY(tools.open_port(port));
    }
    for (const std::string& port : present) {
        if (!wanted.contains(port)) TRY(tools.close_port(port));
    }
    return ok_status();
}

Status JujuWriter::write_status(const juju::UnitStatus& present,
                                const juju::UnitStatus& wanted) const {
    return present == wanted ? ok_status() : tools.set_status(wanted);
}

Status JujuWriter::write_version(const std::string& present, const std::string& wanted) const {
    if (wanted.empty() || present == wanted) return ok_status();
    TRY(tools.set_version(wanted));
    return tools.set_state("workload-version", wanted);
}

}  // namespace charm
