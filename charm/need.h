// Something that is missing before the unit can be active. The first one is the unit's status; its
// text names the option or the relation, and the fix.
#pragma once

#include <optional>
#include <string>

namespace charm {

struct Need {
    enum class Who {
        operator_,  // somebody has to act: blocked
        others,     // it will come by itself: waiting
    };
    Who who = Who::operator_;
    std::string text;
    bool operator==(const Need&) const = default;
};

inline Need blocked(std::string text) { return {Need::Who::operator_, std::move(text)}; }
inline Need waiting(std::string text) { return {Need::Who::others, std::move(text)}; }

}  // namespace charm
