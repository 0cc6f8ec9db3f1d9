#include "server/frontend/interceptors/internal_error.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

#include "server/telemetry/log.h"

namespace server::frontend {

namespace {

// FNV-1a, 32 bits (draft-eastlake-fnv), as eight hexadecimal digits.
std::string hash_of(std::string_view text) {
    std::uint32_t hash = 2166136261U;
    for (const char letter : text) {
        hash ^= static_cast<unsigned char>(letter);
        hash *= 16777619U;
    }
    std::array<char, 9> digits{};
    std::snprintf(digits.data(), digits.size(), "%08x", hash);
    return digits.data();
}

}  // namespace

Status mask_internal_error(std::string_view method, const Status& status) {
    const Code code = status.code();
    if (code != Code::Internal && code != Code::Unknown && code != Code::DataLoss) return status;
    const std::string hash = hash_of(status.message());
    log::error("a call failed inside the server",
               {{"method", method}, {"error", status.message()}, {"hash", hash}});
    return {code == Code::DataLoss ? Code::Unavailable : code,
            "something went wrong, please retry (" + hash + ")"};
}

}  // namespace server::frontend
