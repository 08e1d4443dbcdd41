/** Each fault of deliveries, by what a real app sees and what Cloud then believes. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { startTestApp, type TestApp } from "../testing/test-app.ts";
import { startTestCloud, type TestCloud, withoutLedger } from "../testing/test-cloud.ts";

let cloud: TestCloud;
let app: TestApp;
let appId: string;

beforeAll(async () => {
  cloud = await startTestCloud(withoutLedger);
});
afterAll(() => cloud.remove());

beforeEach(async () => {
  app = await startTestApp();
  appId = (await cloud.registerApp({ manifest: app.manifest({ name: crypto.randomUUID() }), url: app.url }))
    .app_id;
  return async () => {
    await cloud.faults.clear();
    await app.close();
  };
});

const set = (fault: string, values: object = {}) =>
  cloud.admin("POST", "/admin/faults", { fault, app_id: appId, ...values });
const install = () =>
  cloud.admin("POST", "/admin/installations", { app_id: appId, instance_id: cloud.instanceIds[0] });
const uninstall = (id: unknown) => cloud.admin("DELETE", `/admin/installations/${String(id)}`);
const launch = (id: unknown) =>
  cloud.admin("POST", `/admin/installations/${String(id)}/launch`, { user_id: cloud.members[0]?.user_id });
const kinds = () => app.received.map(({ body }) => String(body["idempotency_key"]).split(":", 1)[0]);
const alerts = (index = 0) => cloud.api(String(app.received[index]?.body["api_key"]), "GET", "/alerts");
const deliveries = async () =>
  (await cloud.admin("GET", `/admin/deliveries?app_id=${appId}`)).body["data"] as unknown as {
    kind: string;
    status: number | null;
    error: string | null;
    faults: string[];
    attempt_of: string | null;
  }[];
const struck = async () => {
  const { data } = (await cloud.admin("GET", "/admin/faults")).body as unknown as {
    data: { struck: number }[];
  };
  return data.map((fault) => fault.struck);
};
/** Resolves when so many requests have reached the app. */
const arrived = async (count: number) => {
  await expect.poll(() => app.received.length, { timeout: 5000 }).toBe(count);
};

describe("delivery-late", () => {
  // By a minute too: a clock put ahead takes nothing of the time in which the app answers.
  test.each([3, 60])(
    "within the time limit, the clock put ahead by %i s, the event arrives later and is answered",
    async (seconds) => {
      await set("delivery-late", { seconds: 3 });
      const installing = install();
      await expect.poll(struck).toEqual([1]);
      expect(app.received).toHaveLength(0);
      await cloud.admin("POST", "/admin/clock", { advance_seconds: seconds });
      expect((await installing).status).toBe(201);
      expect((await deliveries())[0]).toMatchObject({ status: 200, faults: ["delivery-late"] });
    },
  );

  test("past it Cloud gives up as ever, and the event arrives all the same", async () => {
    await set("delivery-late", { seconds: 30 });
    const installing = install();
    await expect.poll(struck).toEqual([1]);
    await cloud.clock.advance(10);
    expect(await installing).toMatchObject({ status: 502, body: { code: "install_cancelled" } });
    expect(app.received).toHaveLength(0);
    await cloud.clock.advance(20);
    await arrived(1);
    expect(await alerts()).toMatchObject({ status: 401, body: { code: "key_revoked" } });
    await expect
      .poll(async () => (await deliveries())[0]?.error)
      .toBe("no complete answer within 10 s; the app answered 200, which Cloud never heard");
  });

  test.each([10, 600])(
    "ended by hand before Cloud gives up after %i s, is in time after all",
    async (limit) => {
      await cloud.changeSettings({ delivery_timeout_seconds: limit });
      onTestFinished(async () => {
        await cloud.changeSettings({ delivery_timeout_seconds: 10 });
      });
      await set("delivery-late", { seconds: 500 });
      const installing = install();
      await expect.poll(struck).toEqual([1]);
      await cloud.admin("DELETE", "/admin/faults");
      expect((await installing).status).toBe(201);
      expect((await alerts()).status).toBe(200);
    },
  );

  test("ended by hand after Cloud gave up, lets the event arrive at once", async () => {
    await set("delivery-late", { seconds: 600 });
    const installing = install();
    await expect.poll(struck).toEqual([1]);
    await cloud.clock.advance(10);
    expect(await installing).toMatchObject({ status: 502, body: { code: "install_cancelled" } });
    expect(app.received).toHaveLength(0);
    await cloud.admin("DELETE", "/admin/faults");
    await arrived(1);
    expect(await alerts()).toMatchObject({ status: 401, body: { code: "key_revoked" } });
  });
});

test("delivery-answer-lost: the app handled it, for Cloud it timed out", async () => {
  await set("delivery-answer-lost", { times: 1 });
  expect(await install()).toMatchObject({ status: 502, body: { code: "install_cancelled" } });
  expect(kinds()).toEqual(["install"]);
  expect(await alerts()).toMatchObject({ status: 401, body: { code: "key_revoked" } });
  const installed = await install();
  expect(installed.status).toBe(201);
  await set("delivery-answer-lost", { installed_app_id: installed.body["installed_app_id"] });
  expect(await uninstall(installed.body["installed_app_id"])).toMatchObject({
    status: 502,
    body: { code: "uninstall_failed" },
  });
  expect((await alerts(1)).status).toBe(200);
  expect((await launch(installed.body["installed_app_id"])).body["code"]).toBe("launch_failed");
});

test("delivery-twice: the very same body again, after the answer", async () => {
  await set("delivery-twice", { copies: 3 });
  expect((await install()).status).toBe(201);
  expect(kinds()).toEqual(["install", "install", "install"]);
  expect(new Set(app.received.map(({ text }) => text)).size).toBe(1);
  const [last, , first] = await deliveries();
  expect(first).toMatchObject({ attempt_of: null, faults: ["delivery-twice"] });
  expect(last).toMatchObject({ attempt_of: expect.stringMatching(/^dlv_/), faults: ["delivery-twice"] });
});

test("delivery-parallel: so many at the same instant", async () => {
  await set("delivery-parallel", { copies: 4 });
  let together = 0;
  let most = 0;
  app.onCallback = async (_received, response) => {
    together += 1;
    most = Math.max(most, together);
    await expect.poll(() => most).toBe(4);
    response.writeHead(200).end();
  };
  expect((await install()).status).toBe(201);
  expect(kinds()).toHaveLength(4);
  expect(new Set(app.received.map(({ text }) => text)).size).toBe(1);
});

test.each([
  ["delivery-twice", [500, 200, 500]],
  ["delivery-parallel", [500, 500, 200]],
])("%s: an uninstall that the app accepts in any of its sendings is complete", async (fault, statuses) => {
  const { body } = await install();
  await set(fault, { copies: statuses.length });
  const toCome = [...statuses];
  app.onCallback = (_received, response) => {
    response.writeHead(toCome.shift() ?? 500).end();
  };
  expect(await uninstall(body["installed_app_id"])).toMatchObject({
    status: 200,
    body: { status: "uninstalled" },
  });
  expect(await alerts()).toMatchObject({ status: 401, body: { code: "key_revoked" } });
});

test("delivery-twice: an install that only a copy was accepted of stays cancelled", async () => {
  await set("delivery-twice", { copies: 2 });
  const toCome = [500, 200];
  app.onCallback = (_received, response) => {
    response.writeHead(toCome.shift() ?? 500).end();
  };
  expect(await install()).toMatchObject({ status: 502, body: { code: "install_cancelled" } });
  expect((await alerts()).status).toBe(401);
});

test("delivery-out-of-order: the uninstall first, then the install it belongs to", async () => {
  await set("delivery-out-of-order", { times: 1 });
  expect(await install()).toMatchObject({ status: 502, body: { code: "install_cancelled" } });
  expect(kinds()).toEqual(["uninstall", "install"]);
  const [uninstalled, installed] = app.received.map(({ body }) => body["installed_app_id"]);
  expect(uninstalled).toBe(installed);
  expect(app.received[0]?.body["uninstalled_at"]).toMatch(/Z$/);
  expect((await deliveries()).map(({ kind, faults }) => [kind, faults])).toEqual([
    ["uninstall", ["delivery-out-of-order"]],
    ["install", ["delivery-out-of-order"]],
  ]);
  expect((await install()).status).toBe(201);
});

test("delivery-late-first: cancelled at once, and arriving beside the one that works", async () => {
  await set("delivery-late-first", { times: 1 });
  expect(await install()).toMatchObject({ status: 502, body: { code: "install_cancelled" } });
  expect(app.received).toHaveLength(0);
  expect((await install()).status).toBe(201);
  await cloud.clock.advance(5);
  await arrived(2);
  expect((await alerts(0)).status).toBe(200);
  expect(await alerts(1)).toMatchObject({ status: 401, body: { code: "key_revoked" } });
});

test("delivery-late-first, ended by hand, arrives at once", async () => {
  await set("delivery-late-first", { seconds: 600 });
  expect(await install()).toMatchObject({ status: 502, body: { code: "install_cancelled" } });
  await cloud.faults.clear();
  await arrived(1);
});

test("what is held back arrives after a restart too: when it is due, or when its fault is ended, and once", async () => {
  let running = await startTestCloud(withoutLedger);
  const again = async () => {
    await running.close();
    running = await startTestCloud(withoutLedger, running.directory);
  };
  const { app_id } = await running.registerApp({ manifest: app.manifest(), url: app.url });
  const place = { app_id, instance_id: running.instanceIds[0] };
  const logged = async () =>
    (await running.admin("GET", "/admin/deliveries")).body["data"] as unknown as { error: string }[];
  await running.faults.set({ fault: "delivery-late-first", seconds: 600, times: 1 });
  await running.faults.set({ fault: "delivery-twice", times: 1 });
  expect((await running.admin("POST", "/admin/installations", place)).status).toBe(502);
  await running.faults.set({ fault: "delivery-late-first", seconds: 9000, times: 1 });
  expect((await running.admin("POST", "/admin/installations", place)).status).toBe(502);
  await again();
  await running.clock.advance(599);
  await again();
  expect(app.received).toHaveLength(0);
  await running.clock.advance(1);
  await arrived(2);
  expect(new Set(app.received.map(({ text }) => text)).size).toBe(1);
  await again();
  await running.faults.clear();
  await arrived(3);
  await expect
    .poll(async () => (await logged()).map(({ error }) => error))
    .toEqual([
      // The copy of the first, which was answered.
      null,
      expect.stringMatching(/the app answered 200, which Cloud never heard$/),
      expect.stringMatching(/the app answered 200, which Cloud never heard$/),
    ]);
  await again();
  // Whatever would still be on its way comes before this has come and gone.
  expect((await running.admin("POST", "/admin/installations", place)).status).toBe(201);
  expect(app.received).toHaveLength(4);
  await running.remove();
});

test("what came due while neither the Cloud nor its app was up arrives when the app is, or is let go after a minute", async () => {
  let refused = 0;
  const counting: typeof fetch = (...asked) =>
    fetch(...asked).catch((error: unknown) => {
      refused += 1;
      throw error;
    });
  const stopped = await startTestApp();
  const options = { ...withoutLedger, fetch: counting };
  let running = await startTestCloud(options);
  onTestFinished(() => running.remove());
  const again = async () => {
    await running.close();
    running = await startTestCloud(options, running.directory);
  };
  const { app_id } = await running.registerApp({ manifest: stopped.manifest(), url: stopped.url });
  const place = { app_id, instance_id: running.instanceIds[0] };
  const hold = async () => {
    await running.faults.set({ fault: "delivery-late-first", seconds: 600, times: 1 });
    expect((await running.admin("POST", "/admin/installations", place)).status).toBe(502);
  };
  await hold();
  await stopped.close();
  await again();
  await running.clock.advance(600);
  await expect.poll(() => refused).toBe(1);
  // Elsewhere than before, as an app of which the port was taken meanwhile.
  await running.registerApp({ manifest: app.manifest({ name: "Test App" }), url: app.url });
  await running.clock.advance(1);
  await arrived(1);
  await hold();
  await app.close();
  await again();
  await running.clock.advance(600);
  const told = async () => {
    await running.clock.advance(1);
    const { data } = (await running.admin("GET", "/admin/deliveries")).body;
    return (data as unknown as { error: string }[])[0]?.error;
  };
  await expect.poll(told, { interval: 2, timeout: 20_000 }).toMatch(/sent all the same, with no answer/);
  expect(refused).toBe(61);
});

test("a Cloud that is killed while it sends the uninstall first sends both after its next start, in that order", async () => {
  const killed = Promise.withResolvers<void>();
  const sending = Promise.withResolvers<void>();
  const hanging: typeof fetch = async (address, init) => {
    if (String(init?.body).includes('"uninstall:')) {
      sending.resolve();
      await killed.promise;
    }
    return fetch(address, init);
  };
  const before = await startTestCloud({ ...withoutLedger, fetch: hanging });
  onTestFinished(() => {
    killed.resolve();
    return before.remove();
  });
  const { app_id } = await before.registerApp({ manifest: app.manifest(), url: app.url });
  await before.faults.set({ fault: "delivery-out-of-order", times: 1 });
  const asked = before.admin("POST", "/admin/installations", { app_id, instance_id: before.instanceIds[0] });
  await sending.promise;
  // What a kill would leave of it: this one thread is all that writes there, and it does not while it copies.
  const directory = mkdtempSync(join(tmpdir(), "annex-killed-"));
  cpSync(before.directory, directory, { recursive: true });
  rmSync(join(directory, "annex.json"));
  const after = await startTestCloud(withoutLedger, directory);
  onTestFinished(() => after.remove());
  await arrived(2);
  expect(kinds()).toEqual(["uninstall", "install"]);
  expect(app.received[1]?.body["installed_app_id"]).toBe(app.received[0]?.body["installed_app_id"]);
  killed.resolve();
  await asked;
});

/** What was held back comes due after a restart, where 502 is answered so often before the app is. */
async function dueBehindTunnel(refusals: number, ...further: readonly object[]) {
  const answers = { given: 0 };
  const behindTunnel: typeof fetch = async (address, init) => {
    if (init?.method !== "POST" || answers.given >= refusals) return fetch(address, init);
    answers.given += 1;
    return new Response("the app is not there", { status: 502 });
  };
  const options = { ...withoutLedger, fetch: behindTunnel };
  const before = await startTestCloud(options);
  const { app_id } = await before.registerApp({ manifest: app.manifest(), url: app.url });
  await before.faults.set({ fault: "delivery-late-first", seconds: 600, times: 1 });
  for (const fault of further) expect((await before.admin("POST", "/admin/faults", fault)).status).toBe(201);
  const place = { app_id, instance_id: before.instanceIds[0] };
  expect((await before.admin("POST", "/admin/installations", place)).status).toBe(502);
  await before.close();
  const after = await startTestCloud(options, before.directory);
  onTestFinished(() => after.remove());
  await after.clock.advance(600);
  const sent = async () => {
    const { data } = (await after.admin("GET", "/admin/deliveries")).body;
    return (data as unknown as { status: number | null; error: string }[]).toReversed();
  };
  /** What became of each sending, the first of which is the one that was held back; the clock goes on meanwhile. */
  const outcomes = async () => {
    await after.clock.advance(1);
    return outcomesSoFar();
  };
  const outcomesSoFar = async () => {
    const [first, ...others] = await sent();
    return [first?.error.split("; ")[1], ...others.map(({ status }) => status)];
  };
  return { answers, outcomes, outcomesSoFar };
}

const patiently = { interval: 2, timeout: 20_000 };

test("a tunnel that answers 502 while its app starts has lost nothing of what was held back", async () => {
  const { answers, outcomes } = await dueBehindTunnel(2);
  const heard = "the app answered 502, which Cloud never heard";
  await expect.poll(outcomes, patiently).toEqual([heard, 502, 200]);
  expect(app.received).toHaveLength(1);
  expect(answers.given).toBe(2);
});

test("what was answered is on record before it is tried again: a Cloud that ends meanwhile knows it", async () => {
  const { outcomesSoFar } = await dueBehindTunnel(100, { fault: "delivery-parallel", copies: 2, times: 1 });
  const heard = "the app answered 502, which Cloud never heard";
  // Nothing puts the clock ahead: half a minute lies before the last try.
  await expect
    .poll(async () => (await outcomesSoFar()).slice(0, 2), { timeout: 10_000 })
    .toEqual([heard, 502]);
});

test("an app that answers 502 itself is sent it a few times, each on record", async () => {
  const { answers, outcomes } = await dueBehindTunnel(100);
  const heard = "the app answered 502, which Cloud never heard";
  await expect.poll(outcomes, patiently).toEqual([heard, 502, 502, 502, 502, 502]);
  expect(answers.given).toBe(6);
});

test("a wait that followed one ended by hand goes on over restarts, and does not begin anew", async () => {
  let running = await startTestCloud(withoutLedger);
  onTestFinished(() => running.remove());
  const { app_id } = await running.registerApp({ manifest: app.manifest(), url: app.url });
  const place = { app_id, instance_id: running.instanceIds[0] };
  const first = await running.faults.set({ fault: "delivery-late-first", seconds: 600, times: 1 });
  await running.faults.set({ fault: "delivery-late", seconds: 600, times: 1 });
  expect((await running.admin("POST", "/admin/installations", place)).status).toBe(502);
  await running.faults.clear(first.fault_id);
  for (const seconds of [300, 300]) {
    expect(app.received).toHaveLength(0);
    await running.clock.advance(seconds);
    await running.close();
    running = await startTestCloud(withoutLedger, running.directory);
  }
  await arrived(1);
});

test("delivery-late adds to both: what is held back arrives so much later, and nobody waits past the limit", async () => {
  await set("delivery-late", { seconds: 3600 });
  await set("delivery-out-of-order", { times: 1 });
  expect(await install()).toMatchObject({ status: 502, body: { code: "install_cancelled" } });
  expect(kinds()).toEqual(["uninstall"]);
  await set("delivery-late-first", { seconds: 60 });
  expect(await install()).toMatchObject({ status: 502, body: { code: "install_cancelled" } });
  await cloud.clock.advance(3600);
  await arrived(2);
  expect(app.received.map(({ body }) => body["installed_app_id"])[1]).toBe(
    app.received[0]?.body["installed_app_id"],
  );
  await cloud.clock.advance(60);
  await arrived(3);
});

test.each([
  ["delivery-out-of-order", "delivery-late-first"],
  ["delivery-late-first", "delivery-out-of-order"],
])("%s and %s on one install: the uninstall first, the install so much later", async (one, other) => {
  const values = (fault: string) => (fault === "delivery-late-first" ? { seconds: 60 } : {});
  await set(one, { ...values(one), times: 1 });
  await set(other, { ...values(other), times: 1 });
  expect(await install()).toMatchObject({ status: 502, body: { code: "install_cancelled" } });
  expect(kinds()).toEqual(["uninstall"]);
  await cloud.clock.advance(60);
  await arrived(2);
  expect(kinds()).toEqual(["uninstall", "install"]);
});

test("delivery-late-first twice on one install: it arrives after both times", async () => {
  await set("delivery-late-first", { seconds: 60, times: 1 });
  await set("delivery-late-first", { seconds: 30, times: 1 });
  expect(await install()).toMatchObject({ status: 502, body: { code: "install_cancelled" } });
  await cloud.clock.advance(60);
  const { body } = await install();
  expect(app.received.map(({ body: event }) => event["installed_app_id"])).toEqual([
    body["installed_app_id"],
  ]);
  await cloud.clock.advance(30);
  await arrived(2);
});

describe("delivery-field", () => {
  test("another value", async () => {
    const { body } = await set("delivery-field", { field: "instance_id", value: "inst_other", times: 1 });
    await install();
    expect(app.received[0]?.body["instance_id"]).toBe("inst_other");
    expect(app.received[0]?.body["api_key"]).toMatch(/^blnk_/);
    await cloud.admin("DELETE", `/admin/faults/${String(body["fault_id"])}`);
  });

  test("missing, and another type", async () => {
    await set("delivery-field", { field: "granted_permissions", remove: true });
    await set("delivery-field", { field: "app_id", value: 12 });
    await install();
    expect(app.received[0]?.body["app_id"]).toBe(12);
    expect(app.received[0]?.body).not.toHaveProperty("granted_permissions");
  });
});

test("several on one delivery add up", async () => {
  await set("delivery-late", { seconds: 1 });
  await set("delivery-late", { seconds: 2 });
  await set("delivery-twice");
  await set("delivery-twice");
  const installing = install();
  await expect.poll(struck).toEqual([1, 1, 1, 1]);
  await cloud.clock.advance(2);
  // What would be on its way by now arrives before this has come and gone.
  const other = await startTestApp();
  const { app_id } = await cloud.registerApp({ manifest: other.manifest({ name: "Other" }), url: other.url });
  const place = { app_id, instance_id: cloud.instanceIds[0] };
  expect((await cloud.admin("POST", "/admin/installations", place)).status).toBe(201);
  await other.close();
  expect(app.received).toHaveLength(0);
  await cloud.clock.advance(1);
  expect((await installing).status).toBe(201);
  expect(kinds()).toEqual(["install", "install", "install"]);
});

test("what is sent again by hand goes straight", async () => {
  await install();
  const [first] = await deliveries();
  expect(first?.faults).toEqual([]);
  await set("delivery-answer-lost");
  const { delivery_id } = first as unknown as { delivery_id: string };
  const again = await cloud.admin("POST", `/admin/deliveries/${delivery_id}/redeliver`, {});
  expect(again.body["data"]).toMatchObject([{ status: 200 }]);
});
