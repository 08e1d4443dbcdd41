import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { newTenant } from "../../world/tenants.ts";
import { inventedFor, linksFrom, plain, rewrittenFor, secretsOf } from "./invented-links.ts";

const base64 = () => randomBytes(32).toString("base64");
const tenant = randomBytes(40).toString("hex");

const at = (path: string, parameters: Record<string, string>) =>
  `https://a.test${path}?${new URLSearchParams(parameters)}`;

test.for([
  ["a token in base64, with its padding", () => at("/enter", { token: `${base64().slice(0, -5)}+/z=` })],
  ["beside the longer name of a tenant", () => at("/enter", { tenant, token: base64() })],
  [
    "beside the number of a request",
    () => at("/enter", { tenant, request: crypto.randomUUID(), token: base64() }),
  ],
  ["in the path, percent-encoded", () => `https://a.test/enter/${encodeURIComponent(base64())}`],
  ["in the fragment", () => `https://a.test/enter#token=${encodeURIComponent(base64())}`],
  ["in a fragment without a name", () => `https://a.test/enter?of=${tenant}#${base64()}`],
  ["twice", () => ((token) => at(`/enter/${token}`, { token }))(randomBytes(32).toString("hex"))],
] as const)("nothing is left of what lets somebody in: %s", ([, launch]) => {
  const urls = [launch(), launch()];
  const good = partsOf(urls[1] ?? "");
  const invented = partsOf(inventedFor(urls[1] ?? "", secretsOf(urls)));
  const first = partsOf(urls[0] ?? "");
  expect(invented).toHaveLength(good.length);
  for (const [place, value] of good.entries())
    if (value === first[place]) expect(invented[place]).toBe(value);
    else {
      expect(invented[place]).not.toBe(value);
      expect(invented[place]).toHaveLength(value.length);
    }
});

/** As an app reads them. */
function partsOf(url: string): readonly string[] {
  const { pathname, searchParams, hash } = new URL(url);
  const path = pathname.split("/").map(decodeURIComponent);
  return [...path, ...searchParams.values(), decodeURIComponent(hash)];
}

test("a token that stays is invented beside a number that varies", () => {
  const token = randomBytes(32).toString("hex");
  const urls = [1, 2].map((count) => at("/enter", { token, count: String(count) }));
  expect(inventedFor(urls[1] ?? "", secretsOf(urls))).not.toContain(token);
});

test("what is a number or hexadecimal stays so, and all else stays to the letter", () => {
  const url = "https://a.test/e%6Eter?of=a+b&token=0a9F-%3D#x";
  expect(inventedFor(url, ({ name }) => name === "query token")).toBe(
    "https://a.test/e%6Eter?of=a+b&token=9f0A-%3D#x",
  );
});

test("of a token only what differs between two launches is another, and its end where that signs something", () => {
  const stays = randomBytes(40).toString("hex");
  const launches = (end: () => string) =>
    linksFrom([1, 2].map(() => at("/enter", { token: `v1.${base64().slice(0, 30)}.${end()}` })));
  const tokenIn = (url = "") => new URL(url).searchParams.get("token") ?? "";
  const marked = launches(() => stays);
  expect(tokenIn(marked.changed)).not.toBe(tokenIn(marked.good));
  expect(tokenIn(marked.changed)).toMatch(new RegExp(`^v1\\..*\\.${stays}$`));
  expect(marked.endedOtherwise).toBeUndefined();
  expect(launches(() => randomBytes(32).toString("hex")).endedOtherwise).toBeDefined();
});

test("a token that stays from launch to launch is another all the same", () => {
  const url = at("/enter", { token: base64() });
  expect(linksFrom([url, url]).changed).not.toBe(url);
});

test("where nothing can be another, nothing is tried", () => {
  expect(() => inventedFor("https://a.test/enter?token=%3D%3D", () => false)).toThrow("no letter or digit");
});

test.for([
  ["in base64, without a digit", "bQxZkLmNoPqRsTuVwXyZab"],
  ["in base64, with a digit", "bQ7ZkLmNoPq="],
  ["in base32, without a digit", "ABCDEFGHIJKLMNOPQRST"],
  ["short, without a digit", "bQxZkLmNoPq"],
] as const)("a page is the same whatever its nonce: %s", ([, nonce]) => {
  const page = (value: string) => ({
    text: `<script nonce="${value}">show("Balances of the ledger")</script>`,
  });
  expect(plain(page(nonce))).toBe(plain(page("0123456789abcdef")));
  expect(plain(page(nonce))).not.toBe(plain({ text: page(nonce).text.replace("Balances", "Not open") }));
});

test.for([
  [
    "plainly, beside the token",
    (id: string) => at("/enter", { installation: id, token: "6f1ed002ab559585" }),
  ],
  [
    "inside a signed token in base64url",
    (id: string) => at("/enter", { token: `${json(id).toString("base64url")}.c2lnbmF0dXJl` }),
  ],
  [
    "inside a token in base64 with its padding",
    (id: string) => at("/enter", { token: json(id).toString("base64") }),
  ],
  [
    "inside a token in base64 without its padding",
    (id: string) => at("/enter", { token: json(id).toString("base64").replace(/=+$/, "") }),
  ],
  [
    "inside a token in the path",
    (id: string) => `https://a.test/enter/${json(id).toString("base64url")}.c2ln`,
  ],
] as const)("another's id is written into a link that names its installation: %s", ([, linkOf]) => {
  const [one, other] = [newTenant("one", "app_1", {}), newTenant("other", "app_1", {})];
  expect(rewrittenFor(linkOf(one.installedAppId), one, other)).toBe(linkOf(other.installedAppId));
});

test("a link that names no installation is not rewritten", () => {
  const [one, other] = [newTenant("one", "app_1", {}), newTenant("other", "app_1", {})];
  expect(rewrittenFor(at("/enter", { of: tenant, token: base64() }), one, other)).toBeUndefined();
});

/** Its base64 has both letters that base64url does not have, and is of a length that has to be filled up. */
const json = (id: string) =>
  Buffer.from(JSON.stringify(["link", id, null, 1_790_000_000_000, "nonce??>~~>"]));
