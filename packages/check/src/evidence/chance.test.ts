import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  bitsOf,
  constantParts,
  hiddenSegments,
  leastBits,
  secretSegments,
  secretsAt,
  sharedShape,
  tokenOf,
  tokenPlaces,
  tokensOf,
} from "./chance.ts";

const count = 200;
const made = (make: (place: number) => string) => Array.from({ length: count }, (_, place) => make(place));

describe("how much of a token varies", () => {
  test("32 random bytes: all of it", () => {
    expect(sharedShape(made(() => randomBytes(32).toString("base64url"))).bits).toBeGreaterThan(200);
  });

  test("a signed token: the signature is enough", () => {
    const signed = made(
      (place) =>
        `header.${Buffer.from(String(place)).toString("hex").padStart(8, "0")}.${randomBytes(32).toString("base64url")}`,
    );
    expect(sharedShape(signed).bits).toBeGreaterThan(leastBits);
  });

  test("a UUID is let pass", () => {
    expect(sharedShape(made(() => crypto.randomUUID())).bits).toBeGreaterThan(leastBits * 0.75);
  });

  test("a counter in long clothes: hardly any", () => {
    expect(
      sharedShape(made((place) => `session-${1000 + place}-of-the-portal-of-this-app`)).bits,
    ).toBeLessThan(20);
  });
});

test("which parts of a URL could be its secret", () => {
  expect(secretSegments("http://localhost:5001/cloud/6f1ed002ab5595859014ebf0951522d9/callback")).toEqual([
    "6f1ed002ab5595859014ebf0951522d9",
  ]);
  expect(secretSegments("https://app.example.com/integrations/blnk/registration-callback")).toEqual([]);
});

test("a short secret is short whatever is in it", () => {
  expect(bitsOf("abc123XYZ")).toBeLessThan(leastBits);
  expect(bitsOf("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")).toBe(0);
  expect(bitsOf(randomBytes(16).toString("hex"))).toBe(128);
});

const tenant = "tenant-0123456789abcdef0123456789abcdef0123456789abcdef";
const token = () => randomBytes(32).toString("base64url");

test.for([
  ["beside a longer part that stays", (one: string) => `https://a.test/enter?of=${tenant}&token=${one}`],
  ["in the fragment", (one: string) => `https://a.test/enter?of=${tenant}#${one}`],
  ["in the path", (one: string) => `https://a.test/${tenant}/${one}`],
] as const)("tokens are told by what varies: %s", ([, at]) => {
  const tokens = [token(), token(), token()];
  expect(tokensOf(tokens.map(at))).toEqual(tokens);
});

test("every part that differs each time could be the token, however much longer another is", () => {
  const at = (nonce: string, one: string) =>
    `https://a.test/open/${crypto.randomUUID()}?nonce=${nonce}&of=${tenant}&t=${one}`;
  const [first, second] = [1, 2].map(() =>
    at(randomBytes(32).toString("hex"), randomBytes(16).toString("hex")),
  );
  expect(tokenPlaces([first ?? "", second ?? ""]).toSorted()).toEqual(["path 2", "query nonce", "query t"]);
});

test("what stands at the places of a token is read of any URL; of one without them, what looks like a token", () => {
  expect(secretsAt(["path 2", "query t"], "https://a.test/open/0192f0c1?t=6f1ed002")).toEqual([
    "0192f0c1",
    "6f1ed002",
  ]);
  expect(secretsAt(["query t"], "https://a.test/enter?token=abcdefghijkl")).toEqual(["abcdefghijkl"]);
});

test("what stays in every URL and could be a token is told", () => {
  const same = token();
  const urls = [1, 2].map(
    () => `https://a.test/enter-the-portal/inst_${tenant}?token=${same}&request=${token()}`,
  );
  expect(constantParts(urls)).toEqual([same]);
});

test("a time beside a token that stays makes no fresh token of it", () => {
  const same = token();
  const urls = [1, 2, 3].map((time) => `https://a.test/enter?token=${same}&t=179577000000${time}`);
  expect(tokensOf(urls)).toEqual([same, same, same]);
});

test.for([
  ["https://a.test/portal/enter?token=abcdefghijkl", "abcdefghijkl"],
  ["https://a.test/portal#session=abcdefghijkl", "abcdefghijkl"],
  ["https://a.test/enter/abcdefghijklmnop", "abcdefghijklmnop"],
  ["https://a.test/enter?of=instapp_4f1c0a52-13f3-4d0e-8f3b-31d4a0d84a11&token=abcdefghijkl", "abcdefghijkl"],
  ["https://a.test/enter?token=abcdefghijkl&until=2026-04-21T12:00:00.000Z", "abcdefghijkl"],
  ["https://a.test/enter/inst_4f1c0a52-13f3-4d0e/abcdefghijkl", "abcdefghijkl"],
  ["https://a.test/enter?of=instapp_4f1c0a52-13f3-4d0e", "instapp_4f1c0a52-13f3-4d0e"],
] as const)("the token in %s", ([url, token]) => {
  expect(tokenOf(url)).toBe(token);
});

test("where a URL has a secret, its other parts only name something; an id of the contract's never hides anything", () => {
  const secret = "6f1ed002ab5595859014ebf0951522d9";
  const named = "app_4f1c9f0ab2c3d4e5";
  expect(hiddenSegments(`https://a.test/${named}/stripe-sync-v2/${secret}/callback`)).toEqual([secret]);
  expect(hiddenSegments(`https://a.test/${named}/6f1ed002ab559585/callback`)).toEqual(["6f1ed002ab559585"]);
});
