// The flags of `temporal server start-dev`: those of the original. What is not built yet is
// accepted, because harnesses pass it, and says so.
#include "cli/temporal/start_dev.h"

namespace cli {

namespace {

constexpr std::int64_t kPortMax = 65535;

Flag port(std::string_view name, std::string_view help) {
    return {.name = name,
            .kind = Flag::Kind::integer,
            .value_name = "PORT",
            .help = help,
            .maximum = kPortMax};
}

Flag list(std::string_view name, std::string_view value_name, std::string_view help) {
    return {.name = name, .kind = Flag::Kind::list, .value_name = value_name, .help = help};
}

Flag text(std::string_view name, std::string_view value_name, std::string_view help) {
    return {.name = name, .value_name = value_name, .help = help};
}

Flag toggle(std::string_view name, std::string_view help) {
    return {.name = name, .kind = Flag::Kind::toggle, .help = help};
}

}  // namespace

std::vector<Flag> start_dev_flags() {
    Flag file = text("db-filename", "FILE",
                     "Keep everything in this SQLite file, made when missing. Without it "
                     "everything is in memory and "
                     "gone when the server stops.");
    file.letter = 'f';
    Flag name = list("namespace", "NAME", "Make this namespace too; \"default\" is always made.");
    name.letter = 'n';
    Flag grpc = port("port", "Port of the gRPC frontend; 0 takes any free one.");
    grpc.letter = 'p';
    grpc.default_value = "7233";
    Flag ip = text("ip", "ADDRESS", "Address to listen on.");
    ip.default_value = "127.0.0.1";
    return {
        file,
        name,
        grpc,
        ip,
        port("metrics-port", "Port of the metrics for Prometheus, under /metrics (default: any)."),
        list("search-attribute", "NAME=TYPE",
             "Register a custom search attribute in these namespaces. Types: Text, Keyword, Int, "
             "Double, Bool, Datetime, KeywordList."),
        list("dynamic-config-value", "KEY=JSON",
             "Set a dynamic config value, for example limit.blobSize.error=100000."),
        list("sqlite-pragma", "NAME=VALUE", "Set a pragma of SQLite."),
        toggle("log-config", "Print the configuration to stderr, as YAML for temporal-server."),
        toggle("headless", "Do not serve the Web UI (which is not built yet)."),
        port("http-port", "Port of the HTTP API. Not built yet."),
        port("ui-port", "Port of the Web UI. Not built yet."),
        text("ui-ip", "ADDRESS", "Address of the Web UI. Not built yet."),
        text("ui-public-path", "PATH", "Path of the Web UI. Not built yet."),
        text("ui-asset-path", "PATH", "Folder of the Web UI's files. Not built yet."),
        text("ui-codec-endpoint", "URL", "Codec server for the Web UI. Not built yet."),
        toggle("ui-disable-news-fetch", "Keep the Web UI from fetching news. Not built yet."),
    };
}

}  // namespace cli
