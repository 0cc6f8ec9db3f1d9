// Writes the difference between what stands in Juju and what should: shared by both charms.
#pragma once

#include "charm/model.h"

namespace charm {

// Of relation data: what `wanted` says, and nothing else. An empty value: the key must not be
// there.
Bag bag_difference(const Bag& present, const Bag& wanted);

struct JujuWriter {
    const juju::Tools& tools;

    Status write_app_bag(const Relation& relation, const Bag& wanted) const;
    Status write_unit_bag(const Relation& relation, const Bag& wanted) const;
    Status write_ports(const std::set<std::string>& present,
                       const std::set<std::string>& wanted) const;
    Status write_status(const juju::UnitStatus& present, const juju::UnitStatus& wanted) const;
    Status write_version(const std::string& present, const std::string& wanted) const;
};

}  // namespace charm
