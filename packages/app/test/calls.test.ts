/**
 * One press is one call: what comes under one `Idempotency-Key` is carried out once, whoever repeats it, at whichever
 * replica, and also where the process died in the middle. Contract section 7; effects once.
 */
import { askingCallHeader, concludedCallHeader, idempotencyKeyHeader } from "@annex/protocol";
import { describe, expect, onTestFinished, test } from "vitest";
import { type App, AppError, type PortalHandler } from "../src/index.ts";
import { type StoreKind, storeKinds } from "./stores.ts";
import { installBody, publicUrl, type TestApp, testApp } from "./support.ts";

/** A Cloud that keeps holds and what was committed of them, and does to the answers what the test says. */
function smallCloud() {
  const rows: Record<string, unknown>[] = [transaction({ transaction_id: "txn_hold", status: "INFLIGHT" })];
  const lose: ("answer" | "request")[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    const body = JSON.parse(String(init?.body ?? "{}"));
    if (pathname.endsWith("/filter")) {
      const data = rows.filter((row) =>
        (body.filters as { field: string; values: unknown[] }[]).every(({ field, values }) =>
          values.includes(row[field]),
        ),
      );
      return Response.json({ data, total: data.length });
    }
    const trouble = lose.shift();
    if (trouble === "request") throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
    const made = transaction({ transaction_id: `txn_${rows.length}`, parent_transaction: "txn_hold" });
    rows.push(made);
    if (trouble === "answer") throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
    return Response.json(made);
  };
  return { fetch, lose, commits: () => rows.length - 1 };
}

function transaction(fields: Record<string, unknown>): Record<string, unknown> {
  return {
    precise_amount: 500,
    amount: 5,
    precision: 100,
    currency: "USD",
    source: "bln_from",
    destination: "bln_to",
    status: "APPLIED",
    reference: `ref_${String(fields["transaction_id"])}`,
    created_at: new Date().toISOString(),
    ...fields,
  };
}

type World = {
  readonly cloud: ReturnType<typeof smallCloud>;
  /** One more process on the same database. */
  replica(define: (app: App) => void): TestApp;
};

async function world(kind: StoreKind): Promise<World> {
  const database = await kind.create();
  const cloud = smallCloud();
  onTestFinished(() => database.remove());
  const variables = { ANNEX_DATABASE: database.name, ANNEX_CLOUD_URL: "http://cloud.test" };
  return {
    cloud,
    replica: (define) =>
      // Waits between the tries of a call are no matter here.
      testApp({ name: database.appName, fetch: cloud.fetch, sleep: async () => {}, define, variables }),
  };
}

type Asked = { readonly status: number; readonly text: string; readonly isConcluded: boolean };
type Asking = {
  readonly path?: string;
  readonly method?: string;
  readonly body?: string;
  readonly isAsking?: boolean;
  readonly session: string;
};

async function press({ app }: TestApp, key: string | undefined, asking: Asking): Promise<Asked> {
  const { path = "/pay", method = "POST", body = "{}", isAsking = false, session } = asking;
  const headers = {
    authorization: `Bearer ${session}`,
    "content-type": "application/json",
    ...(key === undefined ? {} : { [idempotencyKeyHeader]: key }),
    ...(isAsking ? { [askingCallHeader]: "1" } : {}),
  };
  const response = await app.fetch(new Request(`${publicUrl}/portal/api${path}`, { method, headers, body }));
  const isConcluded = response.headers.has(concludedCallHeader);
  return { status: response.status, text: await response.text(), isConcluded };
}

const codeOf = ({ text }: Asked) => String((JSON.parse(text) as { code?: unknown }).code);
const commit = { status: "commit", precise_amount: 500n, skip_queue: true } as const;

/** A route that commits part of a hold and then does what it is told. */
function committing(
  then: () => void = () => undefined,
  once: { done: number; keys?: string[] } = { done: 0 },
) {
  const handler: PortalHandler = async (c) => {
    once.done += 1;
    once.keys?.push(c.effectKey);
    const { transaction_id: id } = await c.cloud.proxy.updateInflight("txn_hold", commit);
    then();
    return c.json({ id }, 201);
  };
  return (app: App) => void app.portal.post("/api/pay", handler);
}

const failing = (status: number, times = 1) => {
  let left = times;
  return () => {
    left -= 1;
    if (left >= 0)
      throw new AppError({ code: "own", status, whatHappened: "It failed.", whatToDo: "Again." });
  };
};

function savedHtml(text: string): Response {
  const headers = { "content-type": "text/html", "content-disposition": 'Attachment; filename="paid.html"' };
  return new Response(text, { headers });
}

describe.each(storeKinds)("on $kind", (kind) => {
  // A page asked by sending the call once more, which began it anew where it had ended with a trouble.
  test("asked what became of a press, it says so of what is no page, and carries nothing out", async () => {
    const { replica } = await world(kind);
    let done = 0;
    const answers: Readonly<Record<string, readonly [isOver: boolean, PortalHandler]>> = {
      file: [true, () => new Response("%PDF", { headers: { "content-type": "application/pdf" } })],
      large: [true, () => new Response(new Uint8Array(1024 * 1024))],
      nothing: [true, (c) => c.noContent()],
      // It took minutes to load, and in the meantime was said to have been a file: pressed again, it was paid again.
      "large-page": [false, (c) => c.html(`<p>${"Paid. ".repeat(120_000)}`)],
      "own-large-page": [
        false,
        () =>
          new Response("<p>".repeat(300_000), { headers: { "content-type": "Text/HTML; charset=utf-8" } }),
      ],
      // HTML that is saved was held for a page: pressed again, it was refused for an hour.
      "saved-html": [true, () => savedHtml("<p>")],
      "large-saved-html": [true, () => savedHtml("<p>".repeat(300_000))],
      page: [false, (c) => c.html("<p>Paid</p>")],
      "own-page": [false, () => new Response("<p>", { headers: { "content-type": "text/html" } })],
      trouble: [false, failing(503, 99) as unknown as PortalHandler],
      refusal: [false, failing(422, 99) as unknown as PortalHandler],
    };
    const define = ({ portal }: App) => {
      for (const [name, [, answer]] of Object.entries(answers))
        portal.post(`/api/${name}`, (c) => {
          done += 1;
          return answer(c);
        });
    };
    const app = replica(define);
    await app.callback(installBody());
    const session = await app.enter();
    for (const [name, [isOver]] of Object.entries(answers)) {
      const asked = { path: `/${name}`, session };
      const nothingYet = { status: 204, text: "", isConcluded: false };
      expect(await press(app, name, { ...asked, isAsking: true }), name).toEqual(nothingYet);
      await press(app, name, asked);
      const before = done;
      const said = await press(app, name, { ...asked, isAsking: true });
      expect(said, name).toEqual({ ...nothingYet, isConcluded: isOver });
      expect((await press(app, name, { ...asked, body: "[]", isAsking: true })).isConcluded, name).toBe(
        false,
      );
      expect(done, name).toBe(before);
    }
    expect(done).toBe(Object.keys(answers).length);
  });

  test("whatever was answered, a repeated request gets it, and nothing is done again", async () => {
    const { replica } = await world(kind);
    let done = 0;
    const answers: Readonly<Record<string, PortalHandler>> = {
      json: (c) => c.json({ done, big: 123456789012345678901n }, 201),
      html: (c) => c.html(`<p>${done}</p>`),
      nothing: (c) => c.noContent(),
      bytes: () => new Response(`bytes ${done}`, { status: 202, headers: { "x-mine": "1" } }),
      refusal: failing(422, 99) as unknown as PortalHandler,
    };
    const define = ({ portal }: App) => {
      for (const [name, answer] of Object.entries(answers))
        portal.post(`/api/${name}`, (c) => {
          done += 1;
          return answer(c);
        });
    };
    const [app, other] = [replica(define), replica(define)];
    await app.callback(installBody());
    const session = await app.enter();
    const seen = ({ status, text, isConcluded }: Asked) => [
      status,
      text.replace(/ref_\w+|nonce="[^"]*"|"expires_at":"[^"]*"/g, ""),
      isConcluded,
    ];
    for (const name of Object.keys(answers)) {
      const asking = { path: `/${name}`, session };
      const before = done;
      const first = seen(await press(app, `key-of-${name}`, asking));
      expect(first[2], name).toBe(true);
      for (const again of [app, other])
        expect(seen(await press(again, `key-of-${name}`, asking)), name).toEqual(first);
      expect(done - before, name).toBe(1);
    }
  });

  test("an answer too large to be kept is given once, and nothing is done again", async () => {
    const { replica } = await world(kind);
    let done = 0;
    const large = "x".repeat(600 * 1024);
    const app = replica(({ portal }) =>
      portal
        .post("/api/pay", (c) => {
          done += 1;
          return c.json(large);
        })
        .post("/api/stream", () => {
          done += 1;
          return new Response(large);
        }),
    );
    await app.callback(installBody());
    const session = await app.enter();
    for (const path of ["/pay", "/stream"]) {
      const first = await press(app, path, { path, session });
      expect([first.status, first.text.includes(large)]).toEqual([200, true]);
      const second = await press(app, path, { path, session });
      expect([second.status, codeOf(second)]).toEqual([409, "answer_gone"]);
    }
    expect(done).toBe(2);
  });

  test("pressed in parallel at two replicas it is one call, and all hear its answer", async () => {
    const { replica, cloud } = await world(kind);
    const counted = { done: 0 };
    const define = committing(undefined, counted);
    const [app, other] = [replica(define), replica(define)];
    await app.callback(installBody());
    const session = await app.enter();
    const all = await Promise.all([app, other, app, other, app].map((at) => press(at, "k", { session })));
    expect(new Set(all.map(({ status, text }) => `${status} ${text}`))).toEqual(
      new Set(['201 {"id":"txn_1"}']),
    );
    expect([counted.done, cloud.commits()]).toEqual([1, 1]);
  });

  test("another call under the same key is refused, and a key is the member's own in his installation", async () => {
    const { replica, cloud } = await world(kind);
    const app = replica(committing());
    await app.callback(installBody(1));
    await app.callback(installBody(2));
    const session = await app.enter();
    await press(app, "k", { session });
    const refused = [
      await press(app, "k", { session, body: '{"other":1}' }),
      await press(app, "k", { session, path: "/pay?other=1" }),
    ];
    expect(refused.map((asked) => [asked.status, codeOf(asked)])).toEqual([
      [409, "idempotency_key_reused"],
      [409, "idempotency_key_reused"],
    ]);
    expect(cloud.commits()).toBe(1);
    // The same member in another session repeats his own call; everybody else makes one of his own.
    await press(app, "k", { session: await app.enter() });
    expect(cloud.commits()).toBe(1);
    for (const who of [
      { user_id: "user_2" },
      { installed_app_id: "instapp_2", instance_id: "inst_2" },
      { user_id: undefined },
      { user_id: undefined },
    ]) {
      const before = cloud.commits();
      await press(app, "k", { session: await app.enter(who) });
      expect(cloud.commits(), JSON.stringify(who)).toBe(before + 1);
    }
  });

  test.each(["", "two words", "x".repeat(256)])("the key %.9s is refused by name", async (key) => {
    const { replica, cloud } = await world(kind);
    const app = replica(committing());
    await app.callback(installBody());
    const asked = await press(app, key, { session: await app.enter() });
    expect([asked.status, codeOf(asked), cloud.commits()]).toEqual([400, "invalid_idempotency_key", 0]);
    expect(asked.text).toContain('"field":"idempotency-key"');
  });

  // Pressed again after a lost answer, the second press was a second payout.
  test.each(["answer", "request"] as const)(
    "after a lost %s the next try finds what was done",
    async (lost) => {
      const { replica, cloud } = await world(kind);
      const keys: string[] = [];
      const app = replica(committing(failing(503), { done: 0, keys }));
      await app.callback(installBody());
      const session = await app.enter();
      cloud.lose.push(lost);
      const first = await press(app, "k", { session });
      expect([first.status, first.isConcluded]).toEqual([503, false]);
      const second = await press(app, "k", { session });
      expect([second.status, second.isConcluded, cloud.commits()]).toEqual([201, true, 1]);
      await press(app, "k2", { session });
      // A provider gets the same key for one press, and another for the next.
      expect([keys[0] === keys[1], keys[1] === keys[2]]).toEqual([true, false]);
    },
  );

  test("a mistake after half of the work does not use the key up: the other half is tried again", async () => {
    const { replica, cloud } = await world(kind);
    const app = replica(committing(failing(422)));
    await app.callback(installBody());
    const session = await app.enter();
    const first = await press(app, "k", { session });
    expect([first.status, first.isConcluded]).toEqual([422, false]);
    expect((await press(app, "k", { session })).status).toBe(201);
    expect(cloud.commits()).toBe(1);
  });

  test("what was under way in a process that ended is carried out by the next who asks, once", async () => {
    const { replica, cloud } = await world(kind);
    const reached = Promise.withResolvers<void>();
    const dying = replica(({ portal }) =>
      portal.post("/api/pay", async (c) => {
        await c.cloud.proxy.updateInflight("txn_hold", commit);
        await c.jobs.start(job);
        reached.resolve();
        return new Promise<never>(() => undefined);
      }),
    );
    let job = dying.app.job("work", {}, () => "done");
    await dying.callback(installBody());
    const session = await dying.enter();
    void press(dying, "k", { session }).catch(() => undefined);
    await reached.promise;
    await dying.app.close();
    const next = replica(({ portal, job: define }) => {
      job = define("work", {}, () => "done");
      portal.post("/api/pay", async (c) => {
        const { transaction_id: id } = await c.cloud.proxy.updateInflight("txn_hold", commit);
        await c.jobs.start(job);
        return c.json({ id, runs: (await c.jobs.list()).length });
      });
    });
    const asked = await press(next, "k", { session });
    expect([asked.status, asked.text]).toEqual([200, '{"id":"txn_1","runs":1}']);
    expect(cloud.commits()).toBe(1);
  });

  test("runs that a call starts, also in a transaction, are started once however often it is carried out", async () => {
    const { replica } = await world(kind);
    const fail = failing(503);
    const app = replica((made) => {
      const job = made.job("work", {}, () => "done");
      made.portal
        .post("/api/pay", async (c) => {
          await c.jobs.start(job);
          await c.jobs.start(job);
          await c.data.transaction(({ jobs }) => jobs.start(job));
          fail();
          return c.noContent();
        })
        .get("/api/runs", async (c) => c.json((await c.jobs.list()).length));
    });
    await app.callback(installBody());
    const session = await app.enter();
    expect((await press(app, "k", { session })).status).toBe(503);
    expect((await press(app, "k", { session })).status).toBe(204);
    expect((await app.call("GET", "/portal/api/runs", session)).text).toBe("3");
    // Another press starts others.
    await press(app, "k2", { session });
    expect((await app.call("GET", "/portal/api/runs", session)).text).toBe("6");
  });

  test("without a key each request is a call of its own, within which a lost answer is looked for", async () => {
    const { replica, cloud } = await world(kind);
    const app = replica(committing());
    await app.callback(installBody());
    const session = await app.enter();
    cloud.lose.push("answer");
    const [first, second] = [
      await press(app, undefined, { session }),
      await press(app, undefined, { session }),
    ];
    expect([first.status, second.status, first.isConcluded]).toEqual([201, 201, false]);
    expect(cloud.commits()).toBe(2);
  });

  test("what is left behind by its deadline is still the one call, and its answer is there for who asks again", async () => {
    const { replica, cloud } = await world(kind);
    const goOn = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    const app = replica(({ portal }) =>
      portal.post("/api/pay", { deadlineSeconds: 0.2 }, async (c) => {
        c.signal.addEventListener("abort", () => aborted.resolve());
        await goOn.promise;
        return c.json(await c.cloud.proxy.updateInflight("txn_hold", commit));
      }),
    );
    await app.callback(installBody());
    const session = await app.enter();
    const first = await press(app, "k", { session });
    expect([first.status, codeOf(first), first.isConcluded]).toEqual([504, "app_failed", false]);
    expect(first.text).toContain('"outcome":"unknown"');
    await aborted.promise;
    goOn.resolve();
    const second = await press(app, "k", { session });
    expect([second.status, cloud.commits()]).toEqual([200, 1]);
  });

  test("keys are forgotten after two days, and with their installation", async () => {
    const database = await kind.create();
    const store = await database.open();
    try {
      const day = 24 * 3600 * 1000;
      const call = (installedAppId: string) => ({ installedAppId, key: "k", holding: "h" });
      for (const id of ["instapp_1", "instapp_10"]) await store.calls.begin(call(id), 0);
      await store.calls.conclude(call("instapp_1"), "{}");
      await store.retirement.calls(-1 * day);
      expect(await store.calls.begin(call("instapp_1"), 0)).toEqual({ holding: "h", answer: "{}" });
      await store.retirement.erase("instapp_1");
      expect(await store.calls.begin(call("instapp_1"), 0)).toBeUndefined();
      expect(await store.calls.begin(call("instapp_10"), 0)).toEqual({ holding: "h", answer: undefined });
      await store.retirement.calls(2 * day);
      expect(await store.calls.begin(call("instapp_10"), 0)).toBeUndefined();
    } finally {
      await store.close();
      await database.remove();
    }
  });
});
