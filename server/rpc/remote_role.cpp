#include "server/rpc/remote_role.h"

namespace server::rpc {

std::string method_name_of(const google::protobuf::Descriptor& request) {
    constexpr std::string_view kSuffix = "Request";
    const std::string& name = request.name();
    ASSERT(name.ends_with(kSuffix), name);
    return name.substr(0, name.size() - kSuffix.size());
}

RemoteRole::RemoteRole(Network& network, std::string address, std::string_view service)
    : network_(network), address_(std::move(address)), service_(&MethodTable(service).service()) {}

const google::protobuf::MethodDescriptor& RemoteRole::method_for(
    const google::protobuf::Descriptor& request,
    const google::protobuf::Descriptor& response) const {
    const auto* method = service_->FindMethodByName(method_name_of(request));
    ASSERT(method != nullptr, request.full_name());
    ASSERT(method->input_type() == &request && method->output_type() == &response,
           method->full_name());
    return *method;
}

}  // namespace server::rpc
