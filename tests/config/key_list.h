#pragma once
// All keys of a configuration file, as dotted paths: a visitor of server/config/keys.h. A name that
// the user chooses is `<name>`.

#include <string>
#include <vector>

#include "server/config/keys.h"

namespace server::tests {

class KeyList {
public:
    // Every key with a value of meaning to us.
    static std::vector<std::string> all() {
        config::Config config;
        KeyList list;
        describe(list, config);
        return list.paths_;
    }

    template <class Field>
    void value(std::string_view key, Field&) {
        add(key);
    }
    void choice(std::string_view key, std::string&, const std::vector<std::string_view>&) {
        add(key);
    }
    template <class Number>
    void number(std::string_view key, Number&, std::int64_t, std::int64_t) {
        add(key);
    }
    void secret(std::string_view key, std::string&) { add(key); }
    void command(std::string_view key, std::vector<std::string>&) { add(key); }
    template <class Section>
    void section(std::string_view key, Section& field) {
        inside(key, field);
    }
    template <class Section>
    void section(std::string_view key, std::optional<Section>&) {
        Section field{};
        inside(key, field);
    }
    template <class Each>
    void entries(std::string_view key, std::map<std::string, Each>&,
                 const std::vector<std::string>&) {
        Each each{};
        inside(std::string(key) + ".<name>", each);
    }
    template <class Each>
    void services(std::string_view key, std::map<std::string, Each>&,
                  const std::vector<std::string>&) {
        Each each{};
        config::ServiceKeys keys{&each};
        inside(std::string(key) + ".<name>", keys);
    }
    void ignored(std::string_view) {}
    void not_built(std::string_view) {}
    void refused(std::string_view, std::string_view) {}
    void present(std::string_view, bool&) {}

private:
    template <class Section>
    void inside(std::string_view key, Section& field) {
        const std::string outer = prefix_;
        prefix_ += std::string(key) + ".";
        describe(*this, field);
        prefix_ = outer;
    }
    void add(std::string_view key) { paths_.push_back(prefix_ + std::string(key)); }

    std::string prefix_;
    std::vector<std::string> paths_;
};

}  // namespace server::tests
