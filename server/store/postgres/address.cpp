#include "server/store/postgres/address.h"

#include <algorithm>
#include <fstream>

#include "server/store/postgres/failure.h"

namespace server::store::postgres {

Result<Address> parse_address(const std::string& key, const std::string& text) {
    Address address;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string one = text.substr(begin, end - begin);
        const bool is_directory = !one.empty() && one.front() == '/';
        const std::size_t colon = is_directory ? std::string::npos : one.rfind(':');
        const bool has_port =
            colon != std::string::npos && one.find(']', colon) == std::string::npos;
        std::string host = one.substr(0, has_port ? colon : one.size());
        if (host.empty()) {
            return invalid_argument(key + ": \"" + text +
                                    "\" is not host:port, for example 127.0.0.1:5432");
        }
        if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
        address.host += (address.host.empty() ? "" : ",") + host;
        address.port +=
            (address.port.empty() ? "" : ",") + (has_port ? one.substr(colon + 1) : "5432");
        begin = end + 1;
    }
    return address;
}

Result<Address> address_of(const Database& database) {
    if (database.address_file.empty()) return Address{database.host, database.port};
    const std::string key = key_of(database, "connectAddrFile");
    std::ifstream file(database.address_file);
    std::string line;
    std::getline(file, line);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (!line.empty()) return parse_address(key, line);
    return failed_precondition("the address of PostgreSQL cannot be read from " +
                               database.address_file + " (" + key + ")");
}

}  // namespace server::store::postgres
