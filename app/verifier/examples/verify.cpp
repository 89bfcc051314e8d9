// Check a credential offline with jwt-cpp, OpenSSL and zlib: throws unless it may be relied on at the instant `at`.
#include <jwt-cpp/jwt.h>
#include <zlib.h>

#include <stdexcept>
#include <string>

namespace likeness {

using Token = jwt::decoded_jwt<jwt::traits::kazuho_picojson>;

struct Instant {
  jwt::date at;
  jwt::date now() const { return at; }
};

inline Token read(const std::string& text, const std::string& type, const std::string& jwks,
                  const std::string& issuer, const std::string& audience, jwt::date at) {
  const Token token = jwt::decode(text);
  if (token.has_header_claim("crit") || token.has_header_claim("b64")) throw std::runtime_error("unknown extension");
  const auto key = jwt::parse_jwks(jwks).get_jwk(token.get_key_id());  // throws for an unknown key
  const auto pem = jwt::helper::create_public_key_from_ec_components(
      key.get_curve(), key.get_jwk_claim("x").as_string(), key.get_jwk_claim("y").as_string());
  auto verifier = jwt::verify<Instant, jwt::traits::kazuho_picojson>(Instant{at})
                      .allow_algorithm(jwt::algorithm::es256(pem))
                      .with_type(type)
                      .with_issuer(issuer);
  if (!audience.empty()) verifier.with_audience(audience);
  verifier.verify(token);
  if (at >= token.get_expires_at()) throw std::runtime_error("expired");  // at the exact end it is over
  if (token.get_issued_at() > at + std::chrono::minutes(1)) throw std::runtime_error("the clock is behind");
  return token;
}

inline std::string inflated(const std::string& packed) {
  std::string found(64 * 1024 * 1024, '\0');  // more than this is no status list
  uLongf length = found.size();
  if (uncompress(reinterpret_cast<Bytef*>(found.data()), &length,
                 reinterpret_cast<const Bytef*>(packed.data()), packed.size()) != Z_OK)
    throw std::runtime_error("status unknown");
  found.resize(length);
  return found;
}

inline Token verify_credential(const std::string& credential, const std::string& jwks, const std::string& status_list,
                               jwt::date at, const std::string& issuer, const std::string& audience) {
  const Token token = read(credential, "likeness-license+jwt", jwks, issuer, audience, at);
  const auto place = token.get_payload_claim("status").to_json().get("status_list");
  const auto index = place.get("idx").get<int64_t>();

  const Token list = read(status_list, "statuslist+jwt", jwks, issuer, "", at);
  if (list.get_subject() != place.get("uri").get<std::string>()) throw std::runtime_error("another status list");
  const auto statuses = list.get_payload_claim("status_list").to_json();
  const auto bits = statuses.get("bits").get<int64_t>();
  using base64url = jwt::alphabet::base64url;
  const auto text = statuses.get("lst").get<std::string>();
  const auto packed = inflated(jwt::base::decode<base64url>(jwt::base::pad<base64url>(text)));
  const bool is_width = bits == 1 || bits == 2 || bits == 4 || bits == 8;
  if (!is_width || index < 0 || index >= static_cast<int64_t>(packed.size() * 8 / bits))
    throw std::runtime_error("status unknown");
  const auto byte = static_cast<unsigned char>(packed[index * bits / 8]);
  const auto status = byte >> (index * bits % 8) & ((1 << bits) - 1);  // least significant bit first
  if (status != 0) throw std::runtime_error(status == 1 ? "revoked" : status == 2 ? "suspended" : "status unknown");
  return token;
}

}  // namespace likeness
