#include "cli/requests/payloads.h"

#include <boost/json/parse.hpp>
#include <boost/json/stream_parser.hpp>

#include "cli/client/flags.h"
#include "cli/json/base64.h"

namespace cli {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

using Metadata = std::map<std::string, std::string>;

Result<Metadata> read_metadata(const FlagValues& flags) {
    Metadata metadata{{"encoding", "json/plain"}};
    for (const std::string& text : flags.list("input-meta")) {
        TRY_ASSIGN(auto pair, split_pair("input-meta", text));
        metadata.insert_or_assign(std::move(pair.first), std::move(pair.second));
    }
    return metadata;
}

Status no_json(const std::string& what, const std::string& text) {
    return invalid_argument(what + " is no JSON: " + text + " (a string needs its quotes: '\"" +
                            text + "\"')");
}

Status check_json(const std::string& what, const std::string& text) {
    boost::system::error_code error;
    boost::json::parse(text, error);
    return error ? no_json(what, text) : Status();
}

Result<common::Payload> input_payload(const FlagValues& flags, const Metadata& metadata,
                                      std::string data) {
    if (flags.toggle("input-base64")) {
        auto bytes = from_base64(data);
        if (!bytes) return invalid_argument("the input is no base64: " + data);
        data = std::move(*bytes);
    }
    if (metadata.at("encoding").starts_with("json/")) TRY(check_json("the input", data));
    common::Payload payload;
    for (const auto& [key, value] : metadata) (*payload.mutable_metadata())[key] = value;
    payload.set_data(std::move(data));
    return payload;
}

}  // namespace

std::vector<Flag> input_flags() {
    return {{.name = "input",
             .letter = 'i',
             .kind = Flag::Kind::list,
             .value_name = "JSON",
             .help = "An argument, as JSON: 17, '\"text\"', '{\"a\": 1}'."},
            {.name = "input-file",
             .kind = Flag::Kind::list,
             .value_name = "FILE",
             .help = "An argument from a file; they come after those of --input."},
            {.name = "input-meta",
             .kind = Flag::Kind::list,
             .value_name = "KEY=VALUE",
             .help = "Metadata of every argument; encoding=... for what is no JSON."},
            {.name = "input-base64",
             .kind = Flag::Kind::toggle,
             .help = "The arguments are written in base64."}};
}

Result<common::Payloads> read_input(const FlagValues& flags) {
    TRY_ASSIGN(const Metadata metadata, read_metadata(flags));
    common::Payloads payloads;
    for (const std::string& text : flags.list("input")) {
        TRY_ASSIGN(*payloads.add_payloads(), input_payload(flags, metadata, text));
    }
    for (const std::string& path : flags.list("input-file")) {
        TRY_ASSIGN(std::string text, read_file("flag --input-file", path));
        TRY_ASSIGN(*payloads.add_payloads(), input_payload(flags, metadata, std::move(text)));
    }
    return payloads;
}

Result<common::Payload> json_payload(const std::string& what, const std::string& text) {
    TRY(check_json(what, text));
    common::Payload payload;
    (*payload.mutable_metadata())["encoding"] = "json/plain";
    payload.set_data(text);
    return payload;
}

Result<common::Payloads> json_payloads(const std::string& what, const std::string& text) {
    common::Payloads payloads;
    std::string_view rest = text;
    while (true) {
        rest.remove_prefix(std::min(rest.find_first_not_of(kSpace), rest.size()));
        if (rest.empty()) return payloads;
        boost::json::stream_parser parser;
        boost::system::error_code error;
        const std::size_t used = parser.write_some(rest.data(), rest.size(), error);
        if (!error && !parser.done()) parser.finish(error);
        if (error || used == 0) return no_json(what, std::string(rest));
        std::string value(rest.substr(0, used));
        value.erase(value.find_last_not_of(kSpace) + 1);
        TRY_ASSIGN(*payloads.add_payloads(), json_payload(what, value));
        rest.remove_prefix(used);
    }
}

Result<PayloadMap> json_fields(const std::string& flag, const std::vector<std::string>& pairs) {
    PayloadMap fields;
    for (const std::string& text : pairs) {
        TRY_ASSIGN(const auto pair, split_pair(flag, text));
        TRY_ASSIGN(fields[pair.first],
                   json_payload("flag --" + flag + ": the value of " + pair.first, pair.second));
    }
    return fields;
}

std::string encoding_of(const common::Payload& payload) {
    const auto found = payload.metadata().find("encoding");
    return found == payload.metadata().end() ? std::string() : found->second;
}

std::string to_text(const common::Payload& payload) {
    const std::string encoding = encoding_of(payload);
    if (encoding.starts_with("json/") || encoding.starts_with("text/")) return payload.data();
    if (encoding == "binary/null") return "null";
    return encoding + " of " + std::to_string(payload.data().size()) + " bytes";
}

std::string to_text(const common::Payloads& payloads) {
    if (payloads.payloads_size() == 1) return to_text(payloads.payloads(0));
    std::string text;
    for (const auto& payload : payloads.payloads()) {
        text += (text.empty() ? "" : ", ") + to_text(payload);
    }
    return "[" + text + "]";
}

}  // namespace cli
