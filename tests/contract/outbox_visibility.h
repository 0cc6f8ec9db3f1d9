#pragma once
// A store whose visibility has a database of its own, used as history uses it: the records of a
// transition do not go with it but are written behind it. History does so through the outbox; here
// it happens at once.

#include <memory>

#include "server/store/store.h"

namespace server::tests {

// `store` outlives it.
std::unique_ptr<store::Store> with_outbox_visibility(store::Store& store);

}  // namespace server::tests
