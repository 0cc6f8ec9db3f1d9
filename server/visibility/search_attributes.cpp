#include "server/visibility/search_attributes.h"

#include <algorithm>
#include <array>

#include "server/base/assert.h"

namespace server::visibility {

namespace {

constexpr std::string_view kReservedPrefix = "Temporal";

constexpr std::array kTypeNames = {
    std::pair{ValueType::Text, std::string_view("Text")},
    std::pair{ValueType::Keyword, std::string_view("Keyword")},
    std::pair{ValueType::Int, std::string_view("Int")},
    std::pair{ValueType::Double, std::string_view("Double")},
    std::pair{ValueType::Bool, std::string_view("Bool")},
    std::pair{ValueType::Datetime, std::string_view("Datetime")},
    std::pair{ValueType::KeywordList, std::string_view("KeywordList")},
};

constexpr std::array kSystem = {
    SearchAttribute{kWorkflowId, ValueType::Keyword, false},
    SearchAttribute{"RunId", ValueType::Keyword, false},
    SearchAttribute{"WorkflowType", ValueType::Keyword, false},
    SearchAttribute{"StartTime", ValueType::Datetime, false},
    SearchAttribute{"ExecutionTime", ValueType::Datetime, false},
    SearchAttribute{kCloseTime, ValueType::Datetime, false},
    SearchAttribute{kExecutionStatus, ValueType::Keyword, false},
    SearchAttribute{"TaskQueue", ValueType::Keyword, false},
    SearchAttribute{"HistoryLength", ValueType::Int, false},
    SearchAttribute{"HistorySizeBytes", ValueType::Int, false},
    SearchAttribute{kExecutionDuration, ValueType::Int, false},
    SearchAttribute{"StateTransitionCount", ValueType::Int, false},
    SearchAttribute{"ParentWorkflowId", ValueType::Keyword, false},
    SearchAttribute{"ParentRunId", ValueType::Keyword, false},
    SearchAttribute{"RootWorkflowId", ValueType::Keyword, false},
    SearchAttribute{"RootRunId", ValueType::Keyword, false},
};

// SDKs set some of these themselves (change versions, checksums), and users were able to set the
// others.
constexpr std::array kPredefined = {
    SearchAttribute{"TemporalChangeVersion", ValueType::KeywordList, true},
    SearchAttribute{"BinaryChecksums", ValueType::KeywordList, true},
    SearchAttribute{"BuildIds", ValueType::KeywordList, true},
    SearchAttribute{"BatcherNamespace", ValueType::Keyword, true},
    SearchAttribute{"BatcherUser", ValueType::Keyword, true},
    SearchAttribute{"TemporalScheduledStartTime", ValueType::Datetime, true},
    SearchAttribute{"TemporalScheduledById", ValueType::Keyword, true},
    SearchAttribute{"TemporalSchedulePaused", ValueType::Bool, true},
    SearchAttribute{kNamespaceDivision, ValueType::Keyword, true},
    SearchAttribute{"TemporalPauseInfo", ValueType::KeywordList, true},
    SearchAttribute{"TemporalReportedProblems", ValueType::KeywordList, true},
    SearchAttribute{"TemporalWorkerDeployment", ValueType::Keyword, false},
    SearchAttribute{"TemporalWorkerDeploymentVersion", ValueType::Keyword, false},
    SearchAttribute{"TemporalWorkflowVersioningBehavior", ValueType::Keyword, false},
    SearchAttribute{"TemporalUsedWorkerDeploymentVersions", ValueType::KeywordList, false},
    SearchAttribute{"TemporalWorkerVersioningRampThreshold", ValueType::Double, false},
    SearchAttribute{"TemporalExternalPayloadCount", ValueType::Int, false},
    SearchAttribute{"TemporalExternalPayloadSizeBytes", ValueType::Int, false},
};

// Fields of a record that are not attributes.
constexpr std::array<std::string_view, 4> kInternal = {"NamespaceId", "MemoEncoding", "Memo",
                                                       "VisibilityTaskKey"};

std::optional<Column> find_in(std::span<const SearchAttribute> table, std::string_view name,
                              Origin origin) {
    const auto found = std::ranges::find(table, name, &SearchAttribute::name);
    if (found == table.end()) return std::nullopt;
    return Column{std::string(name), found->type, origin};
}

std::optional<Column> find_built_in(std::string_view name) {
    if (auto column = find_in(kSystem, name, Origin::System)) return column;
    return find_in(kPredefined, name, Origin::Predefined);
}

bool unwritable(char byte) {
    return byte == '`' || byte == 0x7f || static_cast<unsigned char>(byte) < 0x20;
}

}  // namespace

std::string_view to_string(ValueType type) {
    const auto found =
        std::ranges::find(kTypeNames, type, &std::pair<ValueType, std::string_view>::first);
    ASSERT(found != kTypeNames.end(), "value type out of range");
    return found->second;
}

std::optional<ValueType> find_value_type(std::string_view name) {
    for (const auto& [type, type_name] : kTypeNames) {
        if (type_name == name) return type;
    }
    return std::nullopt;
}

std::optional<ValueType> find_value_type(int wire_number) {
    if (wire_number < 1 || wire_number > static_cast<int>(kTypeNames.size())) return std::nullopt;
    return static_cast<ValueType>(wire_number);
}

std::span<const SearchAttribute> system_search_attributes() { return kSystem; }
std::span<const SearchAttribute> predefined_search_attributes() { return kPredefined; }

bool is_reserved_name(std::string_view name) {
    return find_built_in(name).has_value() ||
           std::ranges::find(kInternal, name) != kInternal.end() ||
           name.starts_with(kReservedPrefix);
}

Status check_custom_name(std::string_view name) {
    const std::string quoted(name);
    if (name.empty()) return invalid_argument("search attribute name is empty");
    if (name.size() > kSearchAttributeNameBytesMax) {
        return invalid_argument("search attribute name is " + std::to_string(name.size()) +
                                " bytes long, at most " +
                                std::to_string(kSearchAttributeNameBytesMax) + " are allowed");
    }
    if (is_reserved_name(name)) {
        return invalid_argument("Search attribute " + quoted + " is reserved by system.");
    }
    if (std::ranges::any_of(name, unwritable)) {
        return invalid_argument("search attribute name has a back quote or a control character: " +
                                quoted);
    }
    return ok_status();
}

std::optional<Column> SearchAttributeCatalog::find(std::string_view name) const {
    if (auto column = find_built_in(name)) return column;
    const auto found = custom_.find(name);
    if (found == custom_.end()) return std::nullopt;
    return Column{found->first, found->second, Origin::Custom};
}

std::optional<Column> SearchAttributeCatalog::resolve(std::string_view name) const {
    if (auto column = find(name)) return column;
    if (name == kScheduleId) return find(kWorkflowId);
    if (auto column = find_built_in(std::string(kReservedPrefix).append(name))) return column;
    if (!name.starts_with(kReservedPrefix)) return std::nullopt;
    return find_built_in(name.substr(kReservedPrefix.size()));
}

}  // namespace server::visibility
