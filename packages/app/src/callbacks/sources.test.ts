import { describe, expect, test } from "vitest";
import { callbackSecret, installBody, type TestApp, testApp } from "../../test/support.ts";
import { readSettings } from "../environment/index.ts";
import { sourceOf } from "./sources.ts";

const { trustedProxies } = readSettings({ ANNEX_TRUSTED_PROXIES: "10.0.0.0/8, fd00::/8" }, "x");

test.each([
  ["nobody's word counts but the connection's", "203.0.113.7", "161.35.166.95", "203.0.113.7"],
  ["a trusted proxy's does", "10.0.0.5", "161.35.166.95", "161.35.166.95"],
  ["an IPv4 proxy inside IPv6 is one", "::ffff:10.0.0.5", "161.35.166.95", "161.35.166.95"],
  ["through two proxies", "10.0.0.5", "161.35.166.95, 10.9.9.9", "161.35.166.95"],
  [
    "what a stranger says of an earlier address does not",
    "10.0.0.5",
    "161.35.166.95, 203.0.113.7",
    "203.0.113.7",
  ],
  ["ports are no part of it", "fd00::1", "161.35.166.95:4711", "161.35.166.95"],
  ["nor brackets", "fd00::1", "[2001:db8::1]:4711", "2001:db8::1"],
  ["a proxy that says nothing is the source", "10.0.0.5", undefined, "10.0.0.5"],
  ["nonsense is no address", "10.0.0.5", "unknown", "unknown"],
])("%s", (_what, peer, forwarded, source) => {
  expect(sourceOf({ peer: () => peer, header: () => forwarded }, trustedProxies)).toBe(source);
});

async function from(app: TestApp, address: string | undefined, headers: Record<string, string> = {}) {
  const request = new Request(`https://app.example.com/cloud/${callbackSecret}/callback`, {
    method: "POST",
    body: JSON.stringify(installBody()),
    headers,
  });
  const answer = await app.app.fetch(request, address === undefined ? {} : { address });
  return [answer.status, ((await answer.json()) as { code?: string }).code];
}

describe("where sources are named", () => {
  const variables = {
    ANNEX_ALLOWED_SOURCES: "161.35.166.95, 161.35.171.250",
    ANNEX_TRUSTED_PROXIES: "10.0.0.0/8",
  };
  const refused = [403, "source_not_allowed"];

  test("others are refused, and so is who cannot be told", async () => {
    const app = testApp({ variables });
    expect(await from(app, "203.0.113.7")).toEqual(refused);
    expect(await from(app, undefined)).toEqual(refused);
    expect(await from(app, "203.0.113.7", { "x-forwarded-for": "161.35.166.95" })).toEqual(refused);
    expect((await app.launch()).status).toBe(403);
    expect(await from(app, "161.35.171.250")).toEqual([200, undefined]);
    expect(await from(app, "10.1.1.1", { "x-forwarded-for": "161.35.166.95" })).toEqual([200, undefined]);
  });

  test("a wrong secret from elsewhere is told nothing of it", async () => {
    const app = testApp({ variables });
    const ask = async (path: string) => {
      const answer = await app.app.fetch(new Request(`https://app.example.com${path}`, { method: "POST" }));
      return [answer.status, await answer.text()];
    };
    expect(await ask("/cloud/wrong/callback")).toEqual(await ask(`/cloud/${callbackSecret}/callback`));
  });
});

describe("refusals", () => {
  const knock = (app: TestApp, address: string) =>
    app.app.fetch(new Request("https://app.example.com/cloud/wrong/callback", { method: "POST" }), {
      address,
    });

  test("each is a line in the log with its source, until they are a flood, and then a count", async () => {
    let now = Date.UTC(2026, 3, 21);
    const app = testApp({ clock: () => now });
    for (let count = 0; count < 130; count += 1) await knock(app, `203.0.113.${count}`);
    now += 60_000;
    await knock(app, "203.0.113.7");
    await app.app.close();
    const lines = app
      .log()
      .split("\n")
      .filter((line) => line.includes("turned away"));
    expect(lines).toHaveLength(121);
    expect(lines[5]).toContain('"status":404,"source":"203.0.113.5"');
    expect(app.log()).toContain('"refused":10,"msg":"Further requests to the doors were refused."');
    expect(app.log()).not.toContain("/cloud/wrong");
  });

  test("who is refused too often is not listened to for a minute, whoever has the secret is", async () => {
    let now = Date.UTC(2026, 3, 21);
    const app = testApp({ clock: () => now });
    const statuses = new Set<number>();
    for (let count = 0; count < 600; count += 1) statuses.add((await knock(app, "203.0.113.7")).status);
    expect([...statuses]).toEqual([404]);
    const refused = await knock(app, "203.0.113.7");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "60"]);
    expect((await knock(app, "203.0.113.8")).status).toBe(404);
    expect(await from(app, "203.0.113.7")).toEqual([200, undefined]);
    now += 60_000;
    expect((await knock(app, "203.0.113.7")).status).toBe(404);
  });
});
