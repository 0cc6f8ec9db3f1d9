#include "server/store/schema/manifest.h"

#include <openssl/evp.h>

#include <boost/json/parse.hpp>

namespace server::store::schema {

namespace {

Status bad_manifest(const std::string& place, const std::string& what) {
    return invalid_argument(place + ": " + what);
}

Result<std::string> text_at(const std::string& place, const boost::json::object& manifest,
                            std::string_view key) {
    const boost::json::value* value = manifest.if_contains(key);
    if (value == nullptr || !value->is_string() || value->get_string().empty()) {
        return bad_manifest(place, std::string(key) + " is missing, or no text");
    }
    return std::string(value->get_string());
}

Result<Version> version_at(const std::string& place, const boost::json::object& manifest,
                           std::string_view key) {
    TRY_ASSIGN(const std::string text, text_at(place, manifest, key));
    const Result<Version> version = parse_version(text);
    if (version.ok()) return version;
    return bad_manifest(place, std::string(key) + ": " + version.status().message());
}

Result<std::vector<std::string>> scripts_of(const std::string& place,
                                            const boost::json::object& manifest) {
    const boost::json::value* value = manifest.if_contains("SchemaUpdateCqlFiles");
    const Status missing =
        bad_manifest(place, "SchemaUpdateCqlFiles is missing, or no list of file names");
    if (value == nullptr || !value->is_array() || value->get_array().empty()) return missing;
    std::vector<std::string> names;
    for (const boost::json::value& name : value->get_array()) {
        if (!name.is_string() || name.get_string().empty()) return missing;
        names.emplace_back(name.get_string());
        if (names.back().find('/') == std::string::npos) continue;
        return bad_manifest(place, "SchemaUpdateCqlFiles: \"" + names.back() +
                                       "\" is not a file beside the manifest");
    }
    return names;
}

}  // namespace

Result<Manifest> read_manifest(const std::string& place, std::string_view text) {
    boost::system::error_code error;
    const boost::json::value parsed = boost::json::parse(text, error);
    if (error) return bad_manifest(place, "no JSON: " + error.message());
    if (!parsed.is_object()) return bad_manifest(place, "no JSON object");
    const boost::json::object& object = parsed.get_object();
    Manifest manifest;
    TRY_ASSIGN(manifest.version, version_at(place, object, "CurrVersion"));
    TRY_ASSIGN(manifest.min_compatible, version_at(place, object, "MinCompatibleVersion"));
    if (manifest.min_compatible > manifest.version) {
        return bad_manifest(place, "MinCompatibleVersion is greater than CurrVersion");
    }
    TRY_ASSIGN(manifest.description, text_at(place, object, "Description"));
    TRY_ASSIGN(manifest.scripts, scripts_of(place, object));
    if (object.contains("SchemaName")) {
        TRY_ASSIGN(manifest.schema_name, text_at(place, object, "SchemaName"));
    }
    return manifest;
}

std::string md5_of(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr);
    std::string hexadecimal;
    for (unsigned int at = 0; at < size; ++at) {
        hexadecimal += kDigits[digest[at] >> 4];
        hexadecimal += kDigits[digest[at] & 15];
    }
    return hexadecimal;
}

}  // namespace server::store::schema
