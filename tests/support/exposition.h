#pragma once
// A strict reader of the Prometheus text format 0.0.4: what a scrape of ours must pass.

#include <map>
#include <string>

namespace server::tests {

// The first thing that is wrong with it, empty when nothing is: a bad name, label, escape or
// number; a sample before its # TYPE or outside its family; a series that is there twice; a
// histogram whose buckets do not ascend, or whose +Inf bucket is missing or differs from its count.
std::string exposition_fault(const std::string& text);

// The sample's value, by its name and labels as they are written; nothing when it is not there.
std::map<std::string, double> samples_of(const std::string& text);

}  // namespace server::tests
