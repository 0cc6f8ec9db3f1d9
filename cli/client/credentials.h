#pragma once
// TLS options as gRPC's credentials.

#include <grpcpp/security/credentials.h>

#include <memory>
#include <optional>

#include "cli/client/connection.h"

namespace cli {

std::shared_ptr<grpc::ChannelCredentials> credentials_for(const std::optional<Tls>& tls);

}  // namespace cli
