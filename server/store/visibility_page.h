#pragma once
// Where a page of a list ended. The token that clients pass back holds these three, so a list goes
// on at the right place whatever has changed in between.

#include <string>

#include "server/store/visibility.h"

namespace server::store {

struct PagePosition {
    TimePoint close_time;  // kNever while the run is open
    TimePoint start_time;
    std::string run_id;
};

PagePosition position_of(const VisibilityRecord& record);

// Whether a record with this position comes before the other one in a list.
bool listed_before(const PagePosition& left, const PagePosition& right);

std::string encode_page_token(const PagePosition& position);
// InvalidArgument for what encode_page_token never made.
Result<PagePosition> decode_page_token(const std::string& token);

}  // namespace server::store
