#include "server/cluster/partition_name.h"

#include "tests/support/catch.h"

namespace server::cluster {

TEST_CASE("the root has the name of the queue, other partitions a number", "[cluster]") {
    CHECK(partition_name("orders", 0) == "orders");
    CHECK(partition_name("orders", 3) == "/_sys/orders/3");
    for (const std::string queue : {"orders", "a/b", "a/1", "1", "/odd/"}) {
        for (const int number : {0, 1, 15}) {
            const PartitionName read = read_partition_name(partition_name(queue, number));
            CAPTURE(queue, number);
            CHECK(read.queue == queue);
            CHECK(read.number == number);
        }
    }
}

TEST_CASE("what is no name of a partition is a queue", "[cluster]") {
    for (const std::string name :
         {"", "/", "/_sys/", "/_sys/1", "/_sys//", "/_sys/orders/0", "/_sys/orders/-1",
          "/_sys/orders/1x", "/_sys/orders/", "/_sys/orders/99999999999", "orders/1"}) {
        CAPTURE(name);
        CHECK(read_partition_name(name).queue == name);
        CHECK(read_partition_name(name).number == 0);
    }
}

}  // namespace server::cluster
