import { concludedCallHeader, idempotencyKeyHeader, passiveCallHeader } from "@annex/protocol";
import { expect, test } from "vitest";
import { portalBase } from "../session/base.ts";
import { addressOf, createPortalClient } from "./portal-client.ts";

const session = { authorization: () => "Bearer s1" };

function answering(response: Response | Error) {
  const requests: { address: string; init: RequestInit }[] = [];
  const fetch: typeof globalThis.fetch = (address, init = {}) => {
    requests.push({ address: String(address), init });
    return response instanceof Error ? Promise.reject(response) : Promise.resolve(response);
  };
  return { requests, client: createPortalClient({ session, fetch }) };
}

test("a call carries the session and no cookie", async () => {
  const { client, requests } = answering(Response.json({ ok: true }));
  await client.get("/api/runs", { query: { status: "failed", after: undefined, search: "" } });
  expect(requests[0]?.address).toBe("/portal/api/runs?status=failed");
  expect(requests[0]?.init).toMatchObject({ credentials: "omit", headers: { Authorization: "Bearer s1" } });
});

test("integers stay exact in both directions", async () => {
  const { client, requests } = answering(new Response('{"amount":90071992547409931}'));
  expect(await client.post("/api/runs", { amount: 123456789012345678901n })).toEqual({
    amount: 90071992547409931n,
  });
  expect(requests[0]?.init.body).toBe('{"amount":123456789012345678901}');
});

test.each([
  ["FormData", new FormData()],
  ["Blob", new File(["a,b"], "payouts.csv")],
  ["URLSearchParams", new URLSearchParams("a=b")],
  ["Blob", { note: "x", file: new File(["a,b"], "payouts.csv") }],
  ["Blob", [{ files: [new Blob(["a"])] }]],
  ["Map", { minor: 5n, byId: new Map([["a", 1]]) }],
  ["Set", { ids: new Set(["a"]) }],
  ["Promise", { text: Promise.resolve("a,b") }],
])("%s is refused before it is sent, since JSON would make an empty object of it", async (name, body) => {
  const { client, requests } = answering(new Response(null, { status: 204 }));
  for (const given of [{}, { idempotencyKey: "one" }])
    await expect(client.post("/api/payouts", body, given)).rejects.toThrow(
      new RegExp(`cannot hold a ${name}.*\\. Send what is in it`),
    );
  expect(requests).toEqual([]);
});

test("an empty answer is undefined", async () => {
  expect(await answering(new Response(null, { status: 204 })).client.delete("/api/runs/1")).toBeUndefined();
});

test("an unchanged answer is not sent again, and is the client's own", async () => {
  const sent: (string | null)[] = [];
  const fetch: typeof globalThis.fetch = (_address, init) => {
    const tag = new Headers(init?.headers).get("If-None-Match");
    sent.push(tag);
    const unchanged = new Response(null, { status: 304 });
    return Promise.resolve(tag === null ? Response.json({ n: 1 }, { headers: { ETag: '"v1"' } }) : unchanged);
  };
  const client = createPortalClient({ session, fetch });
  expect(await client.get("/api/runs")).toEqual({ n: 1 });
  expect(await client.get("/api/runs")).toEqual({ n: 1 });
  await createPortalClient({ session, fetch }).get("/api/runs");
  expect(sent).toEqual([null, '"v1"', null]);
});

test("a read that nobody caused is marked as such; a change never is", async () => {
  const sent: boolean[] = [];
  const fetch: typeof globalThis.fetch = (_address, init) => {
    sent.push(new Headers(init?.headers).has(passiveCallHeader));
    return Promise.resolve(Response.json({}));
  };
  let person = true;
  const client = createPortalClient({ session, fetch, attended: () => person });
  await client.get("/api/session");
  person = false;
  await client.get("/api/session");
  await client.post("/api/runs");
  expect(sent).toEqual([false, true, false]);
});

test("an answer that never comes is given up after the call's own limit, so that the next one can be asked", async () => {
  const fetch: typeof globalThis.fetch = (_address, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    });
  const client = createPortalClient({ session, fetch });
  await expect(client.get("/api/session", { timeLimitMilliseconds: 1 })).rejects.toMatchObject({
    details: { code: "app_unreachable" },
  });
});

test("a refusal rejects with its code and reference", async () => {
  const body = { error: "No.", code: "session_expired", next: "Launch again.", reference: "ref_9" };
  await expect(answering(Response.json(body, { status: 410 })).client.get("/api/runs")).rejects.toMatchObject(
    {
      details: { status: 410, code: "session_expired", reference: "ref_9", whatToDo: "Launch again." },
    },
  );
});

test("a proxy's page instead of JSON is a failure of the app", async () => {
  const page = new Response("<html>Bad gateway</html>", { status: 502, headers: { "Retry-After": "4" } });
  await expect(answering(page).client.get("/api/runs")).rejects.toMatchObject({
    details: { status: 502, code: "app_failed", retryAfterSeconds: 4 },
  });
});

test("no answer at all is said as such", async () => {
  await expect(answering(new TypeError("Failed to fetch")).client.get("/api/runs")).rejects.toMatchObject({
    details: { status: 0, code: "app_unreachable" },
  });
});

test("a call the page gave up is not reported as an unreachable app", async () => {
  const abort = new AbortController();
  abort.abort();
  const gone = new DOMException("aborted", "AbortError");
  await expect(answering(gone).client.get("/api/runs", { signal: abort.signal })).rejects.toBe(gone);
});

test("without a session nothing is sent", async () => {
  const client = createPortalClient({
    session: undefined,
    fetch: () => Promise.reject(new Error("was sent")),
  });
  await expect(client.get("/api/session")).rejects.toMatchObject({ details: { code: "session_unknown" } });
});

test("query values are encoded", () => {
  expect(addressOf("/portal", "/api/runs", { search: "a&b c", limit: 20 })).toBe(
    "/portal/api/runs?search=a%26b+c&limit=20",
  );
});

/** A backend that answers what the test says, and remembers the keys it was sent. */
function pressed(answers: readonly (Response | Error | undefined)[]) {
  const keys: (string | null)[] = [];
  let now = 1_000_000;
  const fetch: typeof globalThis.fetch = async (_address, init) => {
    const answer = answers[keys.length];
    keys.push(new Headers(init?.headers).get(idempotencyKeyHeader));
    if (answer instanceof Error) throw answer;
    return answer ?? Response.json({}, { headers: { [concludedCallHeader]: "1" } });
  };
  const client = createPortalClient({ session, fetch, clock: () => now });
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { keys, client, pass };
}

test("each press has a key of its own; reads have none", async () => {
  const { client, keys, pass } = pressed([]);
  await client.post("/api/runs", { n: 1 });
  await client.post("/api/runs", { n: 2 });
  await client.put("/api/runs", { n: 1 });
  pass(1500);
  await client.post("/api/runs", { n: 1 });
  await client.get("/api/runs");
  expect(new Set(keys.slice(0, 4)).size).toBe(4);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[4]).toBeNull();
});

test("a double press is one call while it is under way, and one key for a second", async () => {
  const { client, keys, pass } = pressed([]);
  const both = await Promise.all([client.post("/api/runs"), client.post("/api/runs")]);
  expect(both).toEqual([{}, {}]);
  expect(keys).toHaveLength(1);
  pass(900);
  await client.post("/api/runs");
  expect(new Set(keys).size).toBe(1);
});

// Pressed again in the hour after a clock was put back, nothing was done, and the old answer shown.
test("a press after the clock was put back is another one", async () => {
  const { client, keys, pass } = pressed([]);
  await client.post("/api/runs");
  pass(-3_600_000);
  await client.post("/api/runs");
  expect(new Set(keys).size).toBe(2);
});

// After "the app does not answer", trying again was a second payout.
test("the next try after a lost answer, or a trouble, goes on under the same key", async () => {
  const failed = () => new Response("<html>", { status: 502 });
  const { client, keys, pass } = pressed([new TypeError("Failed to fetch"), failed(), undefined]);
  for (let tries = 0; tries < 4; tries += 1) {
    await client.post("/api/pay", { minor: 5n }).catch(() => undefined);
    pass(60_000);
  }
  expect(new Set(keys.slice(0, 3)).size).toBe(1);
  expect(keys[3]).not.toBe(keys[0]);
});

test("a key of the author's own is sent as it is, each time", async () => {
  const { client, keys } = pressed([]);
  for (const idempotencyKey of ["one", "two"])
    await client.patch("/api/counter", undefined, { idempotencyKey });
  expect(keys).toEqual(["one", "two"]);
});

test("whether it may have been done comes through to the page", async () => {
  const body = { error: "No.", code: "provider_unreachable", next: "Again.", outcome: "unknown" };
  await expect(answering(Response.json(body, { status: 502 })).client.post("/api/pay")).rejects.toMatchObject(
    {
      details: { outcome: "unknown" },
    },
  );
});

test("a portal below a path of its own finds its app by what its page says", () => {
  const page = (content?: string) =>
    ({
      querySelector: () => (content === undefined ? null : { getAttribute: () => content }),
    }) as unknown as Document;
  expect([portalBase(page("/apps/hello/portal")), portalBase(page()), portalBase(undefined)]).toEqual([
    "/apps/hello/portal",
    "/portal",
    "/portal",
  ]);
});
