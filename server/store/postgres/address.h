#pragma once
// Where a database listens: host:port, several with commas between. A file can say it instead of
// the configuration. It is read for every connection, so that a database that fails over to another
// address needs no restart, and looked at again while connections are open: the old place may
// still answer, as a former primary or an old pooler.

#include <string>

#include "server/base/status.h"
#include "server/store/postgres/options.h"

namespace server::store::postgres {

// As libpq's two lists.
struct Address {
    std::string host;
    std::string port;
    bool operator==(const Address&) const = default;
};

// InvalidArgument names `key`, where the text comes from.
Result<Address> parse_address(const std::string& key, const std::string& text);

// What the database's file says now; host and port of the options where there is none.
// FailedPrecondition when the file cannot be read.
Result<Address> address_of(const Database& database);

}  // namespace server::store::postgres
