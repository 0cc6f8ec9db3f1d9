#include "server/store/packed_id.h"

#include "tests/support/catch.h"

namespace server::store::sqlite {

TEST_CASE("a UUID is packed into 16 bytes and comes back", "[store][sqlite]") {
    const std::string uuid = "0123abcd-4567-489a-bcde-f00dfacedbad";
    const PackedId packed(uuid);
    REQUIRE(packed.is_uuid());
    CHECK(packed.bytes() == "\x01\x23\xab\xcd\x45\x67\x48\x9a\xbc\xde\xf0\x0d\xfa\xce\xdb\xad");
    CHECK(unpack_uuid(packed.bytes()) == uuid);
}

TEST_CASE("what would not come back the same is not packed", "[store][sqlite]") {
    const std::string id =
        GENERATE(as<std::string>{}, "", "run", "0123ABCD-4567-489a-bcde-f00dfacedbad",
                 "0123abcd-4567-489a-bcde-f00dfacedba", "0123abcd-4567-489a-bcde-f00dfacedbadd",
                 "0123abcd-4567-489a-bcde-f00dfacedbag", "0123abcd04567-489a-bcde-f00dfacedbad",
                 "0123abc--4567-489a-bcde-f00dfacedbad");
    const PackedId packed(id);
    CHECK_FALSE(packed.is_uuid());
    CHECK(packed.bytes() == id);
}

}  // namespace server::store::sqlite
