#include "server/store/postgres/waiting.h"

namespace server::store::postgres {

Status overloaded(std::size_t jobs, std::size_t bytes) {
    return {
        Code::ResourceExhausted,
        "PostgreSQL does not keep up: " + std::to_string(jobs) + " calls with " +
            std::to_string(bytes) + " bytes wait; try again later",
        ResourceExhausted{ResourceExhausted::Cause::persistence, ResourceExhausted::Scope::system}};
}

Status store_stopped() { return unavailable("the store has stopped"); }

Status waited_in_vain(const Status& cause) {
    return unavailable("no connection to PostgreSQL: " +
                       (cause.ok() ? std::string("none was free in time") : cause.message()));
}

}  // namespace server::store::postgres
