#include "server/rpc/method_table.h"

namespace server::rpc {

MethodTable::MethodTable(std::string_view service)
    : service_(google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
          std::string(service))) {
    ASSERT(service_ != nullptr, service);
}

const MethodTable::Handler* MethodTable::find(std::string_view method) const {
    const auto found = handlers_.find(method);
    return found == handlers_.end() ? nullptr : &found->second;
}

void MethodTable::add_erased(std::string_view method, const google::protobuf::Descriptor* request,
                             const google::protobuf::Descriptor* response, Handler handler) {
    const auto* descriptor = service_->FindMethodByName(std::string(method));
    ASSERT(descriptor != nullptr, method);
    ASSERT(descriptor->input_type() == request && descriptor->output_type() == response, method);
    const bool added = handlers_.emplace(std::string(method), std::move(handler)).second;
    ASSERT(added, method);
}

}  // namespace server::rpc
