// Reads a JSON list of cases from standard input and says of each whether `verifyCredential` relies on it.
import { readFileSync } from "node:fs";
import { verifyCredential } from "./verify.mjs";

const found = [];
for (const { token, at, ...rest } of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    const claims = await verifyCredential(token, { ...rest, at: new Date(at) });
    found.push({ relied: true, sub: claims.sub });
  } catch (error) {
    found.push({ relied: false, why: error.code ?? error.message });
  }
}
console.log(JSON.stringify(found));
