import { passiveCallHeader } from "@annex/protocol";
import { expect, test } from "vitest";
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
