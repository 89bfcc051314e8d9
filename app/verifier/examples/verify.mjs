// Check a credential offline with the package `jose`: throws unless it may be relied on at the Date `at`.
import { inflateSync } from "node:zlib";
import { createLocalJWKSet } from "jose/jwks/local";
import { jwtVerify } from "jose/jwt/verify";

export async function verifyCredential(token, { jwks, statusList, at, issuer, audience }) {
  const keys = createLocalJWKSet(jwks);
  const rules = { algorithms: ["ES256"], issuer, currentDate: at, requiredClaims: ["iat", "exp"] };
  const { payload } = await jwtVerify(token, keys, { ...rules, typ: "likeness-license+jwt", audience });
  const { uri, idx } = payload.status.status_list;
  const { payload: list } = await jwtVerify(statusList, keys, { ...rules, typ: "statuslist+jwt", subject: uri });
  if (Math.max(payload.iat, list.iat) * 1000 > at.getTime() + 60_000) throw new Error("the clock is behind");

  const { bits, lst } = list.status_list;
  const packed = inflateSync(Buffer.from(lst, "base64url"), { maxOutputLength: 64 * 1024 * 1024 });
  const isPlace = [1, 2, 4, 8].includes(bits) && Number.isSafeInteger(idx) && idx >= 0;
  if (!isPlace || idx * bits >= packed.length * 8) throw new Error("status unknown");
  const status = (packed[Math.floor((idx * bits) / 8)] >> ((idx * bits) % 8)) & ((1 << bits) - 1);
  if (status !== 0) throw new Error({ 1: "revoked", 2: "suspended" }[status] ?? "status unknown");
  return payload;
}
