#include "server/store/postgres/connect_attributes.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

namespace server::store::postgres {

namespace {

constexpr std::array<std::string_view, 8> kOwnKeys = {"host", "hostaddr", "port",    "dbname",
                                                      "user", "password", "service", "options"};
constexpr std::array<std::string_view, 5> kOfGoDrivers = {
    "binary_parameters", "disable_prepared_binary_result", "default_query_exec_mode",
    "statement_cache_capacity", "description_cache_capacity"};

template <class Names>
bool is_one_of(const Names& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_known_to_libpq(const std::string& name) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> known(PQconndefaults(),
                                                                             PQconninfoFree);
    if (known == nullptr) return false;
    for (const PQconninfoOption* option = known.get(); option->keyword != nullptr; ++option) {
        if (name == option->keyword) return true;
    }
    return false;
}

bool is_setting(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char byte) {
        return std::isalnum(byte) != 0 || byte == '_' || byte == '.';
    });
}

// As the server splits them: at spaces that no backslash stands before.
std::string escaped_option(const std::string& value) {
    std::string text;
    for (const char byte : value) {
        if (std::isspace(static_cast<unsigned char>(byte)) != 0 || byte == '\\') text += '\\';
        text += byte;
    }
    return text;
}

}  // namespace

Status add_attributes(const Database& database, Parameters& parameters) {
    std::string options;
    for (const auto& [name, value] : database.attributes) {
        if (is_one_of(kOwnKeys, name) || !is_setting(name)) {
            return invalid_argument("\"" + name + "\" is no attribute of a connection (" +
                                    key_of(database, "connectAttributes") + ")");
        }
        if (is_one_of(kOfGoDrivers, name)) continue;
        if (is_known_to_libpq(name)) {
            // Of two the later one counts.
            parameters.emplace_back(name, value);
        } else {
            options += (options.empty() ? "-c " : " -c ") + name + "=" + escaped_option(value);
        }
    }
    if (!options.empty()) parameters.emplace_back("options", options);
    return ok_status();
}

}  // namespace server::store::postgres
