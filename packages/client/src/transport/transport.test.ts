import { inspect } from "node:util";
import { Secret } from "@annex/protocol";
import { describe, expect, test } from "vitest";
import {
  type CloudClient,
  CloudRateLimited,
  CloudRefused,
  CloudUnreachable,
  CoreError,
  createClient,
  InstanceUnavailable,
  InvalidRequest,
  KeyRefused,
  KeyRevoked,
  MissingScope,
  UnexpectedAnswer,
} from "../index.ts";
import { answer, coreRefusal, coreTransaction, hangUp, startTestServer, testKey } from "../test-server.ts";
import { retryAfterSeconds } from "./retry.ts";

const ledger = { ledger_id: "ldg_1", name: "Main", created_at: "…", meta_data: null };
const read = (cloud: CloudClient) => cloud.data.ledgers.get("ldg_1");
const create = (cloud: CloudClient) => cloud.proxy.createLedger({ name: "Main" });
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );
const ok = answer(200, ledger);

describe("what an answer means", () => {
  test.each([
    [401, { error: "revoked", code: "key_revoked" }, KeyRevoked, "key_revoked"],
    // Only Cloud's own word is a verdict on a key.
    [401, { error: "no key", code: "unauthorized" }, KeyRefused, "key_refused"],
    [401, "<html>Sign in to the proxy</html>", KeyRefused, "key_refused"],
    [401, "", KeyRefused, "key_refused"],
    [
      403,
      { error: "no", code: "missing_scope", required_scope: "data:write" },
      MissingScope,
      "missing_scope",
    ],
    [403, { error: "no", code: "instance_mismatch" }, CloudRefused, "cloud_refused"],
    [400, { error: "no", code: "instance_id_required" }, CloudRefused, "cloud_refused"],
    [503, { error: "stopped", code: "instance_unavailable" }, InstanceUnavailable, "instance_unavailable"],
    [429, { error: "slow", code: "rate_limited" }, CloudRateLimited, "rate_limited"],
    [404, { error: "none", code: "not_found" }, CloudRefused, "cloud_refused"],
    [404, coreRefusal("LGR_NOT_FOUND", "Ledger not found"), CoreError, "core_refused"],
    // Core's own 401 says nothing about our key: the Proxy holds Core's.
    [401, coreRefusal("AUTH_INVALID_API_KEY", "Invalid API key"), CoreError, "core_refused"],
    [429, coreRefusal("GEN_RATE_LIMITED", "too many"), CloudRateLimited, "rate_limited"],
    [404, "404 page not found", CloudRefused, "cloud_refused"],
    [502, "<html>Bad gateway</html>", CloudUnreachable, "cloud_unreachable"],
    [500, "", CloudUnreachable, "cloud_unreachable"],
    [418, "tea", CloudRefused, "cloud_refused"],
    [302, "", UnexpectedAnswer, "unexpected_answer"],
    [200, "<html>Sign in</html>", UnexpectedAnswer, "unexpected_answer"],
    [200, '{"ledger_id":', UnexpectedAnswer, "unexpected_answer"],
    [200, "[]", UnexpectedAnswer, "unexpected_answer"],
    [200, "null", UnexpectedAnswer, "unexpected_answer"],
    [200, "", UnexpectedAnswer, "unexpected_answer"],
    [200, '{"name":"no id"}', UnexpectedAnswer, "unexpected_answer"],
  ])("%i %o", async (status, body, type, code) => {
    await using server = await startTestServer(answer(status, body, { "x-request-id": "req_1" }));
    const error = (await failure(read(server.client()))) as CoreError;
    expect(error).toBeInstanceOf(type);
    expect(error.code).toBe(code);
    expect(error.whatHappened).toMatch(/\.$/);
    expect(error.whatToDo).toMatch(/\.$/);
    if (status >= 300) expect([error.status, error.requestId]).toEqual([status, "req_1"]);
  });

  test("a page that a proxy answers is no verdict on a key, whatever is written on it", async () => {
    const word = { error: "revoked", code: "key_revoked" };
    await using server = await startTestServer(
      answer(401, word, { "content-type": "Text/HTML; charset=utf-8" }),
    );
    expect(await failure(read(server.client()))).toBeInstanceOf(KeyRefused);
  });

  test("Core's code, status, message and details are kept", async () => {
    const body = {
      error: "x",
      error_detail: { code: "TXN_BULK_EMPTY", message: "empty", details: { index: 1 } },
    };
    await using server = await startTestServer(answer(400, body));
    const error = await failure(create(server.client()));
    expect(error).toMatchObject({
      code: "core_refused",
      coreCode: "TXN_BULK_EMPTY",
      status: 400,
      coreMessage: "empty",
      details: { index: 1 },
    });
  });

  test("a redirect is not followed, so the key goes nowhere else", async () => {
    await using elsewhere = await startTestServer(ok);
    await using server = await startTestServer(
      answer(307, "", { location: `${elsewhere.url}/data/ledgers/ldg_1` }),
    );
    expect(await failure(read(server.client()))).toBeInstanceOf(UnexpectedAnswer);
    expect(elsewhere.requests).toEqual([]);
  });
});

describe("repeating", () => {
  test.each([
    ["a read after a 502", read, answer(502, ""), 2],
    ["a read after a hang-up", read, hangUp, 2],
    ["a read after a 503 of the instance", read, answer(503, { error: "", code: "instance_unavailable" }), 2],
    ["a read after a 429", read, answer(429, ""), 2],
    ["a write after a 429", create, answer(429, ""), 2],
    ["no write after a 502", create, answer(502, ""), 1],
    ["no write after a hang-up", create, hangUp, 1],
    ["no write after a 503 of the instance", create, answer(503, { code: "instance_unavailable" }), 1],
    ["no read after a 404", read, answer(404, coreRefusal("LGR_NOT_FOUND", "none")), 1],
    ["no read after garbage", read, answer(200, "{"), 1],
  ])("%s", async (_name, call, first, requests) => {
    await using server = await startTestServer(first, ok);
    const outcome = call(server.client());
    if (requests === 2) expect(await outcome).toMatchObject({ ledger_id: "ldg_1" });
    else await failure(outcome);
    expect(server.requests).toHaveLength(requests);
  });

  test("waits are jittered and doubled, and end", async () => {
    await using server = await startTestServer(answer(502, ""));
    const draws = [0, 0.5, 0.999];
    const error = await failure(read(server.client({ random: () => draws.shift() ?? 0 })));
    expect(error).toBeInstanceOf(CloudUnreachable);
    expect(server.waits).toEqual([0, 200, 799]);
    expect(server.requests).toHaveLength(4);
  });

  test("Retry-After in seconds is waited out, and not in milliseconds", async () => {
    await using server = await startTestServer(answer(429, "", { "retry-after": "3" }), ok);
    await read(server.client());
    expect(server.waits).toEqual([3100]);
  });

  // By a clock that was an hour ahead it was over already, by one that was behind never.
  test.each(["2026-11-24T12:00:00Z", "2026-11-24T13:00:00Z", "2025-11-24T12:00:00Z"])(
    "Retry-After as a date is waited out, by the answer's own date, where it is %s here",
    async (here) => {
      const header = {
        date: "Tue, 24 Nov 2026 12:00:00 GMT",
        "retry-after": "Tue, 24 Nov 2026 12:00:05 GMT",
      };
      await using server = await startTestServer(answer(429, "", header), ok);
      await read(server.client({ clock: () => new Date(here) }));
      expect(server.waits).toEqual([5100]);
    },
  );

  test("a Retry-After longer than patience is told to the caller at once", async () => {
    await using server = await startTestServer(answer(429, "", { "retry-after": "3600" }));
    const error = await failure(read(server.client()));
    expect(error).toMatchObject({ retryAfterSeconds: 3600, whatToDo: "Try again in 3600 seconds." });
    expect(server.waits).toEqual([]);
  });

  test.each([
    ["7", 7],
    ["0", 0],
    ["Tue, 24 Nov 2026 12:00:09 GMT", 9],
    ["Mon, 23 Nov 2026 12:00:00 GMT", 0],
    ["-5", undefined],
    ["1.5", undefined],
    ["soon", undefined],
    ["", undefined],
    ["9".repeat(400), undefined],
    ["Wed, 21 Oct 2099 07:28:00 GMT", undefined],
  ])("Retry-After %s is %s seconds", (header, seconds) => {
    expect(retryAfterSeconds(header, new Date("2026-11-24T12:00:00Z"))).toBe(seconds);
  });

  test("a refused connection was never sent, so that even a write is repeated", async () => {
    const server = await startTestServer(ok);
    const cloud = server.client();
    await server[Symbol.asyncDispose]();
    const error = await failure(create(cloud));
    expect(error).toMatchObject({ code: "cloud_unreachable", outcome: "not-sent" });
    expect(server.waits).toHaveLength(3);
  });
});

describe("time and size", () => {
  test("an answer that never comes ends by the time-out", async () => {
    await using server = await startTestServer(() => {});
    // Long enough for the request to reach the server on a busy machine.
    const cloud = server.client({ timeoutMilliseconds: 600, retry: { attempts: 2 } });
    const error = await failure(read(cloud));
    expect(error).toMatchObject({ code: "cloud_unreachable", outcome: "unknown" });
    expect((error as Error).message).toContain("within 0.6 seconds");
    expect(server.requests).toHaveLength(2);
  });

  test("an answer that stops in the middle ends by the time-out", async () => {
    await using server = await startTestServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"ledger_id":');
    }, ok);
    await expect(read(server.client({ timeoutMilliseconds: 600 }))).resolves.toMatchObject({
      ledger_id: "ldg_1",
    });
  });

  test("an answer cut off in the middle is no answer", async () => {
    await using server = await startTestServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write('{"ledger_id":');
      setImmediate(() => response.socket?.destroy());
    });
    expect(await failure(read(server.client()))).toBeInstanceOf(CloudUnreachable);
  });

  test("10 MB are read whole", async () => {
    const name = "x".repeat(10 * 1024 * 1024);
    await using server = await startTestServer(answer(200, { ...ledger, name }));
    expect((await read(server.client())).name).toHaveLength(name.length);
  });

  test("more than the limit is refused without reading on", async () => {
    await using server = await startTestServer((_request, response) => {
      const more = () => {
        if (response.write("x".repeat(65_536))) setImmediate(more);
        else response.once("drain", more);
      };
      more();
    });
    const error = await failure(read(server.client({ maximumAnswerBytes: 1024 * 1024 })));
    expect(error).toBeInstanceOf(UnexpectedAnswer);
    expect((error as Error).message).toContain("larger than 1048576 bytes");
  });

  test("the caller's signal ends a call, with the caller's reason", async () => {
    await using server = await startTestServer(() => abort.abort(new Error("the user left")));
    const abort = new AbortController();
    const error = await failure(server.client().data.ledgers.get("ldg_1", { signal: abort.signal }));
    expect((error as Error).message).toBe("the user left");
  });

  test("the caller's signal ends the wait between two tries", async () => {
    await using server = await startTestServer(answer(429, "", { "retry-after": "15" }));
    const abort = new AbortController();
    const cloud = createClient({ baseUrl: server.url, apiKey: new Secret(testKey), instanceId: "inst_1" });
    const outcome = failure(cloud.data.ledgers.get("ldg_1", { signal: abort.signal }));
    await expect.poll(() => server.requests.length).toBe(1);
    abort.abort(new Error("shutting down"));
    expect(((await outcome) as Error).message).toBe("shutting down");
  });
});

describe("a rejected key", () => {
  const rejected = answer(401, { error: "revoked", code: "key_revoked" });

  test("within the grace time is tried again, writes too", async () => {
    await using server = await startTestServer(rejected, rejected, ok);
    const asked: number[] = [];
    const onKeyRejected = ({ rejections }: { rejections: number }) => {
      asked.push(rejections);
      return "retry" as const;
    };
    await expect(create(server.client({ onKeyRejected }))).resolves.toMatchObject({ ledger_id: "ldg_1" });
    expect(asked).toEqual([1, 2]);
    expect(server.waits).toEqual([300, 400]);
  });

  test("after the grace time is final", async () => {
    await using server = await startTestServer(rejected);
    const verdicts = ["retry", "final"] as const;
    const onKeyRejected = ({ rejections }: { rejections: number }) => verdicts[rejections - 1] ?? "final";
    expect(await failure(read(server.client({ onKeyRejected })))).toBeInstanceOf(KeyRevoked);
    expect(server.requests).toHaveLength(2);
  });

  test("is the one that was sent, also where another has taken its place before the answer", async () => {
    const bothAsked = Promise.withResolvers<void>();
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const { headers } = new Request(input, init);
      if (headers.get("authorization") === "Bearer blnk_second_key") {
        bothAsked.resolve();
        return Response.json({ ledger_id: "ldg_1" });
      }
      await bothAsked.promise;
      return Response.json({ error: "revoked", code: "key_revoked" }, { status: 401 });
    };
    await using server = await startTestServer();
    const keys = ["blnk_first_key", "blnk_second_key"];
    const rejected: string[] = [];
    const client = server.client({
      fetch,
      apiKey: () => new Secret(keys.shift() ?? ""),
      onKeyRejected: ({ apiKey }) => {
        rejected.push(apiKey.reveal());
        return "final";
      },
    });
    const first = failure(read(client));
    await Promise.all([first, read(client)]);
    expect(await first).toBeInstanceOf(KeyRevoked);
    expect(rejected).toEqual(["blnk_first_key"]);
  });

  test("is asked for anew on each try", async () => {
    await using server = await startTestServer(answer(502, ""), ok);
    const keys = ["blnk_first_key", "blnk_second_key"];
    await read(server.client({ apiKey: () => new Secret(keys.shift() ?? "") }));
    expect(server.requests.map((request) => request.headers.authorization)).toEqual([
      "Bearer blnk_first_key",
      "Bearer blnk_second_key",
    ]);
  });
});

describe("the key is never printed", () => {
  test.each([
    ["a refusal", answer(401, { error: "no", code: "key_revoked" })],
    ["a hang-up", hangUp],
    ["garbage", answer(200, "{")],
    ["a refusal that echoes it", answer(500, `{"received":"Bearer ${testKey}"}`)],
  ])("in the error of %s", async (_name, reply) => {
    await using server = await startTestServer(reply);
    const error = await failure(read(server.client({ retry: { attempts: 1 } })));
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(testKey);
    expect(JSON.stringify(error)).not.toContain(testKey);
  });

  test("in the error of a key that is no header value", async () => {
    await using server = await startTestServer(ok);
    const error = await failure(read(server.client({ apiKey: new Secret(`${testKey}\n€`) })));
    expect(error).toBeInstanceOf(InvalidRequest);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(testKey);
  });

  test("by the client itself", async () => {
    await using server = await startTestServer(ok);
    expect(inspect(server.client(), { depth: 20, showHidden: true })).not.toContain(testKey);
  });
});

describe("transactions whose answer was lost", () => {
  const wanted = {
    precise_amount: 1250n,
    currency: "USD",
    reference: "ref_1",
    description: "Charge ch_1",
    source: "@World",
    destination: "bln_destination",
  } as const;
  const duplicate = answer(
    409,
    coreRefusal("TXN_DUPLICATE_REFERENCE", "reference ref_1 has already been used"),
  );
  const recorded = (fields = {}) => answer(200, { data: [coreTransaction(fields)], total: 1 });
  const nothing = answer(200, { data: [], total: 0 });

  test("a repeat that finds the reference taken returns the recorded one", async () => {
    await using server = await startTestServer(hangUp, duplicate, recorded({ transaction_id: "txn_first" }));
    const created = await server.client().proxy.createTransaction({ ...wanted, skip_queue: true });
    expect(created.transaction_id).toBe("txn_first");
    expect(server.requests.map((request) => request.path)).toEqual([
      "/proxy/transactions",
      "/proxy/transactions",
      "/transactions/filter",
    ]);
    expect(JSON.parse(server.requests[2]?.body ?? "").filters).toEqual([
      { field: "reference", operator: "in", values: ["ref_1"] },
    ]);
  });

  test.each([
    ["another amount", { precise_amount: 1251 }],
    ["another currency", { currency: "EUR" }],
    ["another destination", { destination: "bln_other" }],
    ["another description", { description: "Charge ch_2" }],
  ])("a recorded one with %s is another's: the refusal stands", async (_name, fields) => {
    await using server = await startTestServer(hangUp, duplicate, recorded(fields));
    const error = await failure(server.client().proxy.createTransaction(wanted));
    expect(error).toMatchObject({ coreCode: "TXN_DUPLICATE_REFERENCE", status: 409 });
  });

  test("a first try that finds the reference taken is refused", async () => {
    await using server = await startTestServer(duplicate);
    const error = await failure(server.client().proxy.createTransaction(wanted));
    expect(error).toMatchObject({ coreCode: "TXN_DUPLICATE_REFERENCE" });
    expect(server.requests).toHaveLength(1);
  });

  test("without data:read the refusal stands", async () => {
    await using server = await startTestServer(hangUp, duplicate);
    const cloud = server.client({ grantedPermissions: ["data:write"] });
    expect(await failure(cloud.proxy.createTransaction(wanted))).toMatchObject({
      coreCode: "TXN_DUPLICATE_REFERENCE",
    });
  });

  // A queued duplicate is answered with 201 and an id that never becomes readable (core-ledger 8.3).
  test("a queued repeat returns the first one's id, not the dropped one's", async () => {
    const dropped = answer(201, coreTransaction({ transaction_id: "txn_dropped", status: "QUEUED" }));
    const first = recorded({ transaction_id: "txn_first", status: "QUEUED" });
    await using server = await startTestServer(hangUp, dropped, nothing, first);
    const created = await server.client().proxy.createTransaction(wanted);
    expect(created.transaction_id).toBe("txn_first");
  });

  test("a reference is made where none is given, and stays the same in the repeat", async () => {
    await using server = await startTestServer(hangUp, answer(201, coreTransaction()), nothing);
    const { reference: _none, ...rest } = wanted;
    await server.client().proxy.createTransaction({ ...rest, skip_queue: true });
    const references = server.requests.map((request) => JSON.parse(request.body).reference as string);
    expect(references[0]).toMatch(/^ref_[0-9a-f-]{36}$/);
    expect(references[1]).toBe(references[0]);
  });

  test("ensuring one that an earlier run recorded sends no write", async () => {
    await using server = await startTestServer(recorded({ transaction_id: "txn_first" }));
    const ensured = await server.client().proxy.ensureTransaction(wanted);
    expect(ensured.transaction_id).toBe("txn_first");
    expect(server.requests.map((request) => request.path)).toEqual(["/transactions/filter"]);
  });

  test("ensuring one that another process records meanwhile returns that one", async () => {
    await using server = await startTestServer(nothing, duplicate, recorded({ transaction_id: "txn_other" }));
    const ensured = await server.client().proxy.ensureTransaction({ ...wanted, skip_queue: true });
    expect(ensured.transaction_id).toBe("txn_other");
  });

  test("an amount in major units is compared as Core rounds it", async () => {
    await using server = await startTestServer(recorded({ precise_amount: 101, description: "d" }));
    const { precise_amount: _left, ...rest } = wanted;
    const request = { ...rest, description: "d", amount: "1.005", precision: 100 };
    await expect(server.client().proxy.ensureTransaction(request)).resolves.toBeDefined();
    expect(server.requests).toHaveLength(1);
  });
});

describe("identities whose answer was lost", () => {
  const taken = answer(400, coreRefusal("IDT_VALIDATION_ERROR", "Identity already exists: idt_1"));
  const recorded = answer(200, { identity_id: "idt_1", created_at: "…" });

  test("a repeat that finds the id taken returns the recorded one", async () => {
    await using server = await startTestServer(hangUp, taken, recorded);
    const created = await server.client().proxy.createIdentity({ first_name: "Ama" });
    expect(created.identity_id).toBe("idt_1");
    const ids = server.requests.slice(0, 2).map((request) => JSON.parse(request.body).identity_id as string);
    expect(ids[0]).toMatch(/^idt_/);
    expect(ids[1]).toBe(ids[0]);
  });

  test("a first try with a taken id is refused; ensuring it is not", async () => {
    await using server = await startTestServer(taken, taken, recorded);
    const cloud = server.client();
    expect(await failure(cloud.proxy.createIdentity({ identity_id: "idt_1" }))).toMatchObject({
      status: 400,
    });
    await expect(cloud.proxy.ensureIdentity({ identity_id: "idt_1" })).resolves.toMatchObject({
      identity_id: "idt_1",
    });
  });

  test("deleting a rule that an earlier try deleted has succeeded", async () => {
    const gone = answer(404, coreRefusal("RECON_RULE_NOT_FOUND", "none"));
    await using server = await startTestServer(hangUp, gone);
    await expect(server.client().proxy.deleteMatchingRule("rule_1")).resolves.toBeUndefined();
    await using other = await startTestServer(gone);
    expect(await failure(other.client().proxy.deleteMatchingRule("rule_1"))).toBeInstanceOf(CoreError);
  });
});
