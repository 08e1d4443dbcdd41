import { expect, test } from "vitest";
import { clockFinding, keysFinding, publicUrlFinding } from "./findings.ts";

test.each([
  [undefined, "not asked", "wrong", "not set"],
  ["http://app.example.com", "not asked", "wrong", "not https"],
  ["https://app.example.com", 200, "ok", "certificate is good"],
  ["https://app.example.com", 502, "wrong", "answers 502"],
  ["https://app.example.com", "CERT_HAS_EXPIRED", "wrong", "CERT_HAS_EXPIRED"],
])("the public URL %s that answers %s", (url, answered, verdict, what) => {
  const finding = publicUrlFinding(url, answered);
  expect(finding.verdict).toBe(verdict);
  expect(finding.what).toContain(what);
  expect(finding.next === "").toBe(verdict === "ok");
});

test.each([
  [undefined, "not tested"],
  [0.4, "ok"],
  [-29, "ok"],
  [45, "wrong"],
  [-45, "wrong"],
])("a clock that is %s s ahead is %s", (ahead, verdict) => {
  expect(clockFinding(ahead).verdict).toBe(verdict);
});

test("production wants its keys given, development makes them", () => {
  const given = { ANNEX_KEY_RING: "k1:…", ANNEX_CALLBACK_SECRET: "…" };
  expect(keysFinding(given, true).verdict).toBe("ok");
  expect(keysFinding({}, false).verdict).toBe("ok");
  expect(keysFinding({ ...given, ANNEX_KEY_RING: "" }, true)).toMatchObject({
    verdict: "wrong",
    what: "ANNEX_KEY_RING is not set.",
  });
});
