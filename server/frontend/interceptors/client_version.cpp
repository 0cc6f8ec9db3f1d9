#include "server/frontend/interceptors/client_version.h"

#include "server/frontend/frontend.h"
#include "server/frontend/interceptors/semantic_version.h"

namespace server::frontend {

namespace {

// Sent by Nexus handlers; it is checked, and it is no client that a cluster lists.
constexpr char kNexusClient[] = "Nexus-go-sdk";
constexpr char kNexusRange[] = "<2.0.0";

// The range of a client's versions that is served; empty for a client nobody knows.
std::string range_of(const std::string& client) {
    if (client == kNexusClient) return kNexusRange;
    const auto supported = supported_clients().find(client);
    return supported == supported_clients().end() ? std::string() : supported->second;
}

Status check_client(const std::string& name, const std::string& version) {
    const std::string range = range_of(name);
    if (range.empty()) return {};
    const auto parsed = parse_version(version);
    if (!parsed) {
        return invalid_argument("Unable to parse client version: '" + version +
                                "' in the header client-version is not like 1.2.3");
    }
    if (in_range(*parsed, range).value_or(true)) return {};
    const ClientVersionNotSupported detail{version, name, range};
    return {Code::FailedPrecondition,
            "Client version " + version + " is not supported. Server supports " + name +
                " versions: " + range,
            detail};
}

Status check_server(const std::string& range) {
    static const SemanticVersion own = *parse_version(kServerVersion);
    const auto served = in_range(own, range);
    if (!served) {
        return invalid_argument("Unable to parse supported server versions: '" + range + "'");
    }
    if (*served) return {};
    const ServerVersionNotSupported detail{std::string(kServerVersion), range};
    return {Code::FailedPrecondition,
            "Server version " + std::string(kServerVersion) +
                " is not supported. Client supports server versions: " + range,
            detail};
}

}  // namespace

const std::map<std::string, std::string>& supported_clients() {
    static const std::map<std::string, std::string> clients = {
        {"temporal-go", "<2.0.0"},  {"temporal-java", "<2.0.0"},
        {"temporal-php", "<2.0.0"}, {"temporal-typescript", "<2.0.0"},
        {"temporal-cli", "<2.0.0"}, {"temporal-server", "<2.0.0"},
        {"temporal-ui", "<3.0.0"},
    };
    return clients;
}

Status check_client_version(const rpc::CallContext& context) {
    if (!context.client_name.empty() && !context.client_version.empty()) {
        TRY(check_client(context.client_name, context.client_version));
    }
    if (!context.supported_server_versions.empty()) {
        TRY(check_server(context.supported_server_versions));
    }
    return {};
}

}  // namespace server::frontend
