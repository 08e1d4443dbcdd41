/** Logging in and proving oneself again: contract section 3, step 2, and section 7, step 1. */
import { beforeEach, describe, expect, test } from "vitest";
import { startTestApp } from "../testing/test-app.ts";
import { type Answer, call, startTestCloud, type TestCloud, withoutLedger } from "../testing/test-cloud.ts";
import { logIn } from "../testing/test-dashboard.ts";
import { createAttemptLimit } from "./attempts.ts";

let cloud: TestCloud;
let now: Date;
const stepMilliseconds = 30_000;
const page = { "x-annex-dashboard": "1" };

beforeEach(async () => {
  now = new Date("2026-11-24T12:00:00Z");
  cloud = await startTestCloud({ ...withoutLedger, clock: () => now });
  return () => cloud.remove();
});

const admin = () => {
  const [member] = cloud.members;
  if (member === undefined) throw new Error("There is no member.");
  return member;
};
const tryLogIn = (changes: object = {}): Promise<Answer> => {
  const { email, password, user_id: userId } = admin();
  return call(cloud.url, "POST", "/api/login", page, {
    email,
    password,
    code: cloud.currentCode(userId),
    ...changes,
  });
};
const outcome = ({ status, body }: Answer) => [status, body["code"]];
const wait = (milliseconds: number) => {
  now = new Date(now.getTime() + milliseconds);
};

describe("log-in", () => {
  test("takes e-mail, password and the authenticator's code", async () => {
    const answer = await tryLogIn({ email: ` ${admin().email.toUpperCase()} ` });
    expect(answer).toMatchObject({ status: 200, body: { user: { role: "Admin", email: admin().email } } });
    expect(answer.body["session"]).toMatch(/^[\w-]{43}$/);
    // A cookie would go to whatever else is asked for on this host: cookies know no ports.
    expect(answer.headers.get("set-cookie")).toBeNull();
  });

  test.each([
    ["a wrong password", { password: "wrong" }, [401, "authentication_failed"]],
    ["an unknown address", { email: "nobody@test.test" }, [401, "authentication_failed"]],
    ["a wrong code", { code: "000000" }, [401, "authentication_failed"]],
    ["a code of another form", { code: "12345" }, [401, "authentication_failed"]],
    ["a missing code", { code: undefined }, [401, "second_factor_required"]],
    ["a wrong password and no code", { password: "wrong", code: undefined }, [401, "authentication_failed"]],
  ])("refuses %s", async (_name, changes, wanted) => {
    expect(outcome(await tryLogIn(changes))).toEqual(wanted);
  });

  test("takes a code while it lasts, by several people at the same instant too, and not afterwards", async () => {
    const code = cloud.currentCode(admin().user_id);
    const answers = await Promise.all([tryLogIn({ code }), tryLogIn({ code }), tryLogIn({ code })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    wait(3 * stepMilliseconds);
    const old = await tryLogIn({ code });
    expect(outcome(old)).toEqual([401, "authentication_failed"]);
    // The password was right: nobody is sent to look for it.
    expect(old.body["error"]).toMatch(
      /^Authentication failed\. The code is wrong, or its 30 seconds are over\./,
    );
  });

  test("takes the code before and after, for clocks that differ, and none older", async () => {
    const code = cloud.currentCode(admin().user_id);
    wait(2 * stepMilliseconds);
    expect((await tryLogIn({ code })).status).toBe(401);
    wait(-3 * stepMilliseconds);
    expect((await tryLogIn({ code })).status).toBe(200);
  });

  test("is closed for a minute after five failures, parallel ones too", async () => {
    const failures = await Promise.all(Array.from({ length: 8 }, () => tryLogIn({ password: "wrong" })));
    expect(failures.map(({ status }) => status).toSorted()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    const refused = await tryLogIn();
    expect(outcome(refused)).toEqual([429, "rate_limited"]);
    expect(refused.headers.get("retry-after")).toBe("60");
    wait(60_000);
    expect((await tryLogIn()).status).toBe(200);
  });
});

describe("the limit on wrong codes", () => {
  test("holds however they are interleaved with attempts that stop before the code", async () => {
    const outcomes = [];
    for (let round = 0; round < 40; round += 1) {
      await tryLogIn({ code: undefined });
      outcomes.push((await tryLogIn({ code: "000000" })).status);
    }
    expect(outcomes.filter((status) => status === 401)).toHaveLength(5);
    expect(outcomes.slice(5).every((status) => status === 429)).toBe(true);
    wait(60_000);
    expect((await tryLogIn()).status).toBe(200);
  });

  test("holds however they are interleaved with right log-ins, with other addresses, and across what asks", async () => {
    const member = await logIn(cloud, "Admin", now);
    const again = { password: member.password, code: "000000" };
    const place = { app_id: "app_1", instance_id: cloud.instanceIds[0], granted_permissions: [] };
    const statuses = [];
    for (let round = 0; round < 4; round += 1) {
      statuses.push((await tryLogIn({ code: "000000" })).status);
      statuses.push((await member.call("POST", "/api/installations", { ...place, ...again })).status);
      await tryLogIn({ email: "somebody@else.test" });
      await tryLogIn();
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  });

  test("is not lost where many other names are tried", () => {
    const limit = createAttemptLimit(() => now, 10);
    const guess = (name: string) => () => limit.begin(name);
    for (let tried = 0; tried < 5; tried += 1) {
      guess("admin")();
      for (let other = 0; other < 9; other += 1) guess(`${tried}-${other}`)();
    }
    expect(guess("admin")).toThrow("Too many failed attempts");
  });

  test("forgives an attempt in the minute that counted it alone", () => {
    const limit = createAttemptLimit(() => now);
    const slow = limit.begin("admin");
    wait(60_000);
    for (let tried = 0; tried < 5; tried += 1) limit.begin("admin");
    slow.forgive();
    expect(() => limit.begin("admin")).toThrow("Too many failed attempts");
  });

  test("does not last for years where the clock was put back", () => {
    const limit = createAttemptLimit(() => now);
    const guess = () => limit.begin("admin");
    for (let tried = 0; tried < 5; tried += 1) guess();
    expect(guess).toThrow("Too many failed attempts");
    wait(-365 * 24 * 3600 * 1000);
    expect(guess).not.toThrow();
  });

  test("and every attempt is in the audit log, with the member whose it would be", async () => {
    await tryLogIn({ password: "wrong" });
    await tryLogIn();
    const { body } = await cloud.admin("GET", "/admin/audit?pageSize=2");
    const actor = { user_id: admin().user_id };
    expect(body["data"]).toMatchObject([
      { path: "/api/login", status: 200, actor },
      { path: "/api/login", status: 401, code: "authentication_failed", actor },
    ]);
    expect(JSON.stringify(body)).not.toContain("wrong");
  });
});

describe("a session", () => {
  test("survives a restart and ends with the log-out", async () => {
    const member = await logIn(cloud, "Analyst", now);
    await cloud.close();
    cloud = await startTestCloud({ ...withoutLedger, clock: () => now }, cloud.directory);
    const { headers } = member;
    const session = await call(cloud.url, "GET", "/api/session", headers);
    expect(session).toMatchObject({
      status: 200,
      body: { user: { role: "Analyst" }, development: true, edition: "guide", members: expect.any(Array) },
    });
    expect((await call(cloud.url, "POST", "/api/logout", headers)).status).toBe(204);
    expect((await call(cloud.url, "GET", "/api/session", headers)).status).toBe(401);
  });

  test("ends after twelve hours", async () => {
    const member = await logIn(cloud, "Admin", now);
    wait(12 * 3600 * 1000 - 1);
    expect((await member.call("GET", "/api/session")).status).toBe(200);
    wait(1);
    expect((await member.call("GET", "/api/session")).status).toBe(401);
  });
});

describe("proving oneself again", () => {
  test("to install takes the code of the log-in while it lasts, and no old one", async () => {
    const app = await startTestApp();
    const member = await logIn(cloud, "Admin", now);
    const { body } = await member.call("POST", "/api/apps", { manifest: app.manifest() });
    const place = {
      app_id: body["app_id"],
      instance_id: cloud.instanceIds[0],
      granted_permissions: ["data:read"],
    };
    const proof = { password: member.password, code: member.code(now) };
    const install = (given: object) => member.call("POST", "/api/installations", { ...place, ...given });
    expect(outcome(await install({ ...proof, password: "wrong" }))).toEqual([401, "authentication_failed"]);
    expect(outcome(await install({ ...proof, code: "000000" }))).toEqual([401, "authentication_failed"]);
    expect(outcome(await install({ ...proof, code: "" }))).toEqual([401, "authentication_failed"]);
    expect(app.received).toHaveLength(0);
    expect(await install(proof)).toMatchObject({ status: 201, body: { status: "active" } });
    const late = member.code(now);
    wait(3 * stepMilliseconds);
    const old = await member.call("POST", "/api/installations", { ...place, ...proof, code: late });
    expect(outcome(old)).toEqual([401, "authentication_failed"]);
    await app.close();
  });

  test("is asked for at the launch of an app that wants it", async () => {
    const app = await startTestApp();
    const manifest = app.manifest({ launch_requires_authentication: true });
    const { app_id } = await cloud.registerApp({ manifest, url: app.url });
    const installed = await cloud.admin("POST", "/admin/installations", {
      app_id,
      instance_id: cloud.instanceIds[0],
    });
    const member = await logIn(cloud, "Analyst", now);
    const path = `/api/installations/${String(installed.body["installed_app_id"])}/launch`;
    expect(outcome(await member.call("POST", path, {}))).toEqual([401, "authentication_required"]);
    const { password } = member;
    expect(outcome(await member.call("POST", path, { password, code: "000000" }))).toEqual([
      401,
      "authentication_failed",
    ]);
    const launched = await member.call("POST", path, { password, code: member.code(now) });
    expect(launched.body["portal_url"]).toMatch(/^http/);
    await app.close();
  });
});
