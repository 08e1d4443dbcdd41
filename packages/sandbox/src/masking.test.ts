/** What must not be shown is not shown: contract sections 1, 6 and 7. */
import { expect, test } from "vitest";
import { shownError } from "./logging.ts";
import { carriesKey, maskedPath, maskKeys, maskPortalAnswer, maskSecrets, maskUrl } from "./masking.ts";

const key = `blnk_${"0123456789abcdef".repeat(4)}`;

test.each([
  ["https://app.example.com/cloud/s3cr3t/callback", "https://app.example.com/cloud/…/callback"],
  [
    "http://localhost:4401/hooks/0123456789abcdefghij/x?token=1&a=2#b",
    "http://localhost:4401/hooks/…/x?token=…&a=…#…",
  ],
  ["https://app.example.com/", "https://app.example.com/"],
  // A secret can stand where a parameter's name does.
  ["https://app.example.com/c?0123456789abcdefghij&a=2", "https://app.example.com/c?…=…&a=…"],
  ["https://user:pass@app.example.com/a", "https://app.example.com/a"],
  ["not a url", "…"],
])("the URL %s is shown as %s", (url, shown) => {
  expect(maskUrl(url)).toBe(shown);
});

test("keys are cut to their prefix, wherever they stand", () => {
  expect(maskKeys(`{"api_key":"${key}","again":["${key}"]}`)).toBe(
    '{"api_key":"blnk_012…","again":["blnk_012…"]}',
  );
  expect(carriesKey(`https://a.example/?k=${key}`)).toBe(true);
  expect(carriesKey(`https://a.example/?k=${key.replace("_", "%5F")}`)).toBe(true);
  expect(carriesKey("https://a.example/?k=blnk_abc")).toBe(false);
});

test("a path keeps all but the keys in it", () => {
  expect(maskedPath(`/proxy/balances/${key}/x`)).toBe("/proxy/balances/blnk_012…/x");
  expect(maskedPath(`/a%20b/${key.replace("_", "%5F")}`)).toBe("/a b/blnk_012…");
  expect(maskedPath("/a%20b/bln_1")).toBe("/a%20b/bln_1");
});

test("a portal answer keeps its shape and loses its token, escaped slashes too", () => {
  expect(maskPortalAnswer('{"portal_url":"https://a.example/enter?token=t0k3n"}')).toBe(
    '{"portal_url":"https://a.example/enter?token=…"}',
  );
  expect(maskPortalAnswer('{"portal_url":"https:\\/\\/a.example\\/enter?token=t0k3n"}')).not.toContain(
    "t0k3n",
  );
});

test("a logged error shows what happened, and nothing that it carries", () => {
  const cause = Object.assign(new Error(`asked http://a.example/x?token=t0k3n with ${key}`), {
    code: "ERR_INVALID_URL",
    input: "postgres://user:password@host/db",
  });
  const shown = JSON.stringify(shownError(new Error("It failed.", { cause })));
  expect(shown).toContain("It failed.");
  expect(shown).toContain("ERR_INVALID_URL");
  for (const secret of ["t0k3n", key, "password"]) expect(shown).not.toContain(secret);
});

test.each([
  [`{"password":"hunter2","name":"Ada"}`, `{"password":"…","name":"Ada"}`],
  [`{"a":{"client_secret": "s\\"3", "n":1}}`, `{"a":{"client_secret": "…", "n":1}}`],
  [`{"accessToken":"abc","apiKey":"def","api-key":"g"}`, `{"accessToken":"…","apiKey":"…","api-key":"…"}`],
  [`{"name":"Ada","password":"cut off in the mid`, `{"name":"Ada","password":"…"`],
  [`{"note":"the key is ${key}"}`, `{"note":"the key is blnk_012…"}`],
  [`{"token_count":3}`, `{"token_count":3}`],
])("of a body, no value with the name of a secret is shown: %s", (text, shown) => {
  expect(maskSecrets(text)).toBe(shown);
});
