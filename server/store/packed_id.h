#pragma once
// How ids are kept in the database: a UUID in its usual form (lower case) as a blob of 16 bytes,
// any other text as text. The two never meet: SQLite orders and compares blobs and text apart, so
// the mapping is one to one.

#include <array>
#include <string>
#include <string_view>

namespace server::store {

// A view: the id must outlive it.
class PackedId {
public:
    explicit PackedId(std::string_view id);

    bool is_uuid() const { return is_uuid_; }
    // 16 bytes for a UUID, the text itself otherwise.
    std::string_view bytes() const {
        return is_uuid_ ? std::string_view(packed_.data(), packed_.size()) : text_;
    }

private:
    std::string_view text_;
    std::array<char, 16> packed_;
    bool is_uuid_ = false;
};

// The text of a UUID of 16 bytes.
std::string unpack_uuid(std::string_view bytes);

}  // namespace server::store
