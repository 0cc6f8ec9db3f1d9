#pragma once
// What a filter may name: the types of search attributes, the ones that every workflow has, and the
// catalog of a namespace, which adds those its users registered.
//
//   origin      who sets it                     where a record keeps it        example
//   System      the server                      in a field of its own          CloseTime
//   Predefined  the server, some also clients   by name, with the custom ones  BuildIds
//   Custom      clients, after registration     by name                        CustomerId
//
// The catalog is a value, built by the namespace entry that owns the custom attributes.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "server/base/status.h"

namespace server::visibility {

// The numbers of temporal.api.enums.v1.IndexedValueType.
enum class ValueType {
    Text = 1,
    Keyword = 2,
    Int = 3,
    Double = 4,
    Bool = 5,
    Datetime = 6,
    KeywordList = 7,
};

// "Keyword": the name in the `type` metadata of a value's payload, and in messages.
std::string_view to_string(ValueType type);
std::optional<ValueType> find_value_type(std::string_view name);
std::optional<ValueType> find_value_type(int wire_number);

enum class Origin { System, Predefined, Custom };

// An attribute under the name by which records hold it.
struct Column {
    std::string name;
    ValueType type = ValueType::Keyword;
    Origin origin = Origin::Custom;
    bool operator==(const Column&) const = default;
};

struct SearchAttribute {
    std::string_view name;
    ValueType type;
    bool client_may_set;  // by start, upsert or continue-as-new
};

std::span<const SearchAttribute> system_search_attributes();
std::span<const SearchAttribute> predefined_search_attributes();

// Names that code elsewhere asks for.
inline constexpr std::string_view kWorkflowId = "WorkflowId";
inline constexpr std::string_view kCloseTime = "CloseTime";
inline constexpr std::string_view kExecutionStatus = "ExecutionStatus";
inline constexpr std::string_view kExecutionDuration = "ExecutionDuration";
inline constexpr std::string_view kNamespaceDivision = "TemporalNamespaceDivision";
inline constexpr std::string_view kScheduleId =
    "ScheduleId";  // in a filter another word for WorkflowId

inline constexpr std::size_t kSearchAttributeNameBytesMax = 1000;  // as other ids

// Names that users cannot register: system, predefined and internal ones, and all that begin with
// "Temporal".
bool is_reserved_name(std::string_view name);

// Whether a new custom attribute may have this name. InvalidArgument: reserved, empty, too long, or
// with a back quote or a control character, which no filter could write.
Status check_custom_name(std::string_view name);

class SearchAttributeCatalog {
public:
    using CustomTypes = std::map<std::string, ValueType, std::less<>>;

    SearchAttributeCatalog() = default;
    explicit SearchAttributeCatalog(CustomTypes custom) : custom_(std::move(custom)) {}

    const CustomTypes& custom() const { return custom_; }

    // The attribute with exactly this name, as a workflow's command must write it.
    std::optional<Column> find(std::string_view name) const;

    // The attribute a filter means. In this order: a custom one, unless a system or predefined one
    // has the name; ScheduleId as WorkflowId; the exact name; the name with "Temporal" added; the
    // name with "Temporal" removed.
    std::optional<Column> resolve(std::string_view name) const;

private:
    CustomTypes custom_;
};

}  // namespace server::visibility
