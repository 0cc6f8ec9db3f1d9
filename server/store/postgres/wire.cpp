#include "server/store/postgres/wire.h"

#include <cstdlib>
#include <limits>

#include "server/base/assert.h"
#include "server/store/packed_id.h"

namespace server::store::postgres {

namespace {

// Type numbers of pg_type, fixed for ever.
constexpr std::int32_t kBoolOid = 16;
constexpr std::int32_t kByteaOid = 17;
constexpr std::int32_t kInt8Oid = 20;
constexpr std::int32_t kInt2Oid = 21;
constexpr std::int32_t kInt4Oid = 23;

constexpr std::size_t kFlagsAt = 4;
constexpr std::size_t kCountAt = 12;
constexpr std::size_t kFirstElementAt = 24;  // behind its length

constexpr char kTextMark = '\x01';
constexpr char kPaddedMark = '\x02';
constexpr std::size_t kUuidSize = 16;

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        out += static_cast<char>(value >> shift);
    }
}

void put_int32(std::string& bytes, std::size_t at, std::int32_t value) {
    for (int index = 0; index < 4; ++index) {
        bytes[at + static_cast<std::size_t>(index)] =
            static_cast<char>(static_cast<std::uint32_t>(value) >> (24 - 8 * index));
    }
}

int width_of(Column::Kind kind) {
    switch (kind) {
    case Column::Kind::boolean: return 1;
    case Column::Kind::int2: return 2;
    case Column::Kind::int4: return 4;
    case Column::Kind::int8: return 8;
    case Column::Kind::bytes: break;
    }
    ASSERT(false, "a column of bytes has no width");
}

std::int32_t element_oid(Column::Kind kind) {
    switch (kind) {
    case Column::Kind::boolean: return kBoolOid;
    case Column::Kind::int2: return kInt2Oid;
    case Column::Kind::int4: return kInt4Oid;
    case Column::Kind::int8: return kInt8Oid;
    case Column::Kind::bytes: return kByteaOid;
    }
    ASSERT(false, "kind of column out of range");
}

std::string big_endian(std::int64_t value, int bytes) {
    std::string out;
    append_big_endian(out, static_cast<std::uint64_t>(value), bytes);
    return out;
}

}  // namespace

void append_int32(std::string& out, std::int32_t value) {
    append_big_endian(out, static_cast<std::uint32_t>(value), 4);
}

void append_int64(std::string& out, std::int64_t value) {
    append_big_endian(out, static_cast<std::uint64_t>(value), 8);
}

Column::Column(Kind kind) : kind_(kind) {
    append_int32(bytes_, 1);  // dimensions
    append_int32(bytes_, 0);  // whether there are nulls
    append_int32(bytes_, element_oid(kind));
    append_int32(bytes_, 0);  // elements
    append_int32(bytes_, 1);  // number of the first
}

void Column::element(std::size_t size_bytes) {
    ++count_;
    append_int32(bytes_, static_cast<std::int32_t>(size_bytes));
}

void Column::add(std::int64_t value) {
    const int width = width_of(kind_);
    element(static_cast<std::size_t>(width));
    append_big_endian(bytes_, static_cast<std::uint64_t>(value), width);
}

void Column::add(std::string_view bytes) {
    ASSERT(kind_ == Kind::bytes, "bytes in a column of numbers");
    element(bytes.size());
    bytes_ += bytes;
}

void Column::add_null() {
    ++count_;
    has_null_ = true;
    append_int32(bytes_, -1);
}

const char* Column::element_type() const {
    switch (kind_) {
    case Kind::boolean: return "bool";
    case Kind::int2: return "int2";
    case Kind::int4: return "int4";
    case Kind::int8: return "int8";
    case Kind::bytes: return "bytea";
    }
    ASSERT(false, "kind of column out of range");
}

const char* Column::type() const {
    switch (kind_) {
    case Kind::boolean: return "bool[]";
    case Kind::int2: return "int2[]";
    case Kind::int4: return "int4[]";
    case Kind::int8: return "int8[]";
    case Kind::bytes: return "bytea[]";
    }
    ASSERT(false, "kind of column out of range");
}

std::string Column::finish() {
    if (count_ == 0) {
        // An array without elements has no dimension.
        put_int32(bytes_, 0, 0);
        bytes_.resize(kCountAt);
        return std::move(bytes_);
    }
    if (has_null_) put_int32(bytes_, kFlagsAt, 1);
    put_int32(bytes_, kCountAt, static_cast<std::int32_t>(count_));
    return std::move(bytes_);
}

std::optional<std::string> Column::finish_element() {
    ASSERT(count_ == 1, "a column of one row has another number of rows");
    if (has_null_) return std::nullopt;
    return bytes_.substr(kFirstElementAt);
}

Arguments& Arguments::add(std::int16_t value) { return add_raw(big_endian(value, 2)); }
Arguments& Arguments::add(std::int32_t value) { return add_raw(big_endian(value, 4)); }
Arguments& Arguments::add(std::int64_t value) { return add_raw(big_endian(value, 8)); }
Arguments& Arguments::add(bool value) { return add_raw(std::string(1, value ? '\1' : '\0')); }
Arguments& Arguments::add(std::string_view bytes) { return add_raw(std::string(bytes)); }

Arguments& Arguments::add_null() {
    values_.emplace_back(std::nullopt);
    return *this;
}

Arguments& Arguments::add_raw(std::string value) {
    values_.emplace_back(std::move(value));
    return *this;
}

std::size_t Arguments::size_bytes() const {
    std::size_t bytes = 0;
    for (const auto& value : values_) bytes += value ? value->size() : 0;
    return bytes;
}

std::vector<const char*> Arguments::values() const {
    std::vector<const char*> pointers;
    pointers.reserve(values_.size());
    for (const auto& value : values_) pointers.push_back(value ? value->data() : nullptr);
    return pointers;
}

std::vector<int> Arguments::lengths() const {
    std::vector<int> sizes;
    sizes.reserve(values_.size());
    for (const auto& value : values_) sizes.push_back(value ? static_cast<int>(value->size()) : 0);
    return sizes;
}

std::string_view Rows::view(int row, int column) const {
    ASSERT(row < count(), "a row that the statement did not return");
    const int size = PQgetlength(result_.get(), row, column);
    return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(size)};
}

std::int64_t Rows::integer(int row, int column) const {
    const std::string_view bytes = view(row, column);
    ASSERT(bytes.size() == 2 || bytes.size() == 4 || bytes.size() == 8, "not an integer");
    // Starts from the sign, which the narrower types leave out.
    std::uint64_t value =
        (bytes.front() & 0x80) != 0 ? std::numeric_limits<std::uint64_t>::max() : 0;
    for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(value);
}

std::int64_t Rows::affected() const {
    return result_ ? std::strtoll(PQcmdTuples(result_.get()), nullptr, 10) : 0;
}

std::string pack_id(std::string_view id) {
    const PackedId packed(id);
    if (packed.is_uuid()) return std::string(packed.bytes());
    std::string text(1, kTextMark);
    if (id.size() + 1 == kUuidSize) text.assign(2, kPaddedMark);
    return text.append(id);
}

std::string unpack_id(std::string_view bytes) {
    if (bytes.size() == kUuidSize) return unpack_uuid(bytes);
    const std::size_t marks = bytes.starts_with(kPaddedMark) ? 2 : 1;
    return std::string(bytes.substr(std::min(marks, bytes.size())));
}

}  // namespace server::store::postgres
