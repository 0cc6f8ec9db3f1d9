#pragma once
// A visibility record as filters see it: the authority for what each column of a record holds, and
// when it holds nothing.
//
//   HistoryLength, HistorySizeBytes, StateTransitionCount, ExecutionDuration, CloseTime   closed
//   runs Parent…, Root…                                                                        not
//   empty predefined and custom attributes                                                      as
//   decoded

#include "server/store/visibility.h"
#include "server/visibility/evaluate.h"

namespace server::store {

class VisibilityCells final : public visibility::Record {
public:
    // The record must outlive it.
    explicit VisibilityCells(const VisibilityRecord& record) : record_(record) {}
    visibility::Cell cell(const visibility::Column& column) const override;

private:
    visibility::Cell system_cell(std::string_view name) const;

    const VisibilityRecord& record_;
};

}  // namespace server::store
