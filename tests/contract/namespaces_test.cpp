#include "server/store/namespaces.h"

#include "tests/contract/store_under_test.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/store_samples.h"

namespace server::tests {

using namespace store;

namespace {

const std::string kFirstId = "11111111-0000-4000-8000-000000000001";
const std::string kSecondId = "11111111-0000-4000-8000-000000000002";

}  // namespace

TEST_CASE("a namespace is found by name and by id", "[contract][namespaces]") {
    StoreUnderTest store;
    INFO(store.kind());
    REQUIRE(await(store->namespaces().create(sample_namespace(kFirstId, "default"))).ok());
    for (const auto& found : {must(store->namespaces().find_by_name("default")),
                              must(store->namespaces().find_by_id(kFirstId))}) {
        REQUIRE(found);
        CHECK(found->id == kFirstId);
        CHECK(found->name == "default");
        CHECK(found->version == 1);
        CHECK(found->details == "details of default");
    }
    CHECK_FALSE(must(store->namespaces().find_by_name("Default")));
    CHECK_FALSE(must(store->namespaces().find_by_id(kSecondId)));
}

TEST_CASE("a namespace name and a namespace id belong to one namespace", "[contract][namespaces]") {
    StoreUnderTest store;
    INFO(store.kind());
    REQUIRE(await(store->namespaces().create(sample_namespace(kFirstId, "default"))).ok());
    const Status by_name =
        await(store->namespaces().create(sample_namespace(kSecondId, "default")));
    CHECK(by_name.code() == Code::AlreadyExists);
    CHECK(by_name.detail<NamespaceAlreadyExists>() != nullptr);
    const Status by_id = await(store->namespaces().create(sample_namespace(kFirstId, "other")));
    CHECK(by_id.code() == Code::AlreadyExists);
    CHECK(must(store->namespaces().list("", 10)).size() == 1);
}

TEST_CASE("of two updates of one version the second is aborted", "[contract][namespaces]") {
    StoreUnderTest store;
    INFO(store.kind());
    REQUIRE(await(store->namespaces().create(sample_namespace(kFirstId, "default"))).ok());
    NamespaceRecord record = *must(store->namespaces().find_by_id(kFirstId));
    record.details = "new details";
    CHECK(await(store->namespaces().update(record)).ok());
    record.details = "late details";
    CHECK(await(store->namespaces().update(record)).code() == Code::Aborted);
    const auto stored = must(store->namespaces().find_by_id(kFirstId));
    CHECK(stored->details == "new details");
    CHECK(stored->version == 2);

    SECTION("an update may rename") {
        record.version = 2;
        record.name = "renamed";
        CHECK(await(store->namespaces().update(record)).ok());
        CHECK_FALSE(must(store->namespaces().find_by_name("default")));
        CHECK(must(store->namespaces().find_by_name("renamed"))->version == 3);
    }
    SECTION("but not to the name of another one") {
        REQUIRE(await(store->namespaces().create(sample_namespace(kSecondId, "other"))).ok());
        record.version = 2;
        record.name = "other";
        CHECK(await(store->namespaces().update(record)).code() == Code::AlreadyExists);
    }
    SECTION("what does not exist is not found") {
        record.id = kSecondId;
        CHECK(await(store->namespaces().update(record)).code() == Code::NotFound);
    }
}

TEST_CASE("namespaces are listed by name, in pages", "[contract][namespaces]") {
    StoreUnderTest store;
    INFO(store.kind());
    for (const std::string name : {"c", "a", "d", "b"}) {
        REQUIRE(await(store->namespaces().create(sample_namespace("id of " + name, name))).ok());
    }
    std::string names;
    std::string after;
    for (;;) {
        const auto page = must(store->namespaces().list(after, 3));
        if (page.empty()) break;
        for (const auto& record : page) names += record.name;
        after = page.back().name;
        names += "|";
    }
    CHECK(names == "abc|d|");
}

TEST_CASE("the identity of a cluster is set once", "[contract][cluster_metadata]") {
    StoreUnderTest store;
    INFO(store.kind());
    ClusterIdentity first{"id one", "active", 4};
    ClusterIdentity second{"id two", "other", 512};
    CHECK(must(store->cluster_metadata().establish(first)).cluster_id == "id one");
    const ClusterIdentity kept = must(store->cluster_metadata().establish(second));
    CHECK(kept.cluster_id == "id one");
    CHECK(kept.cluster_name == "active");
    CHECK(kept.history_shard_count == 4);
}

}  // namespace server::tests
