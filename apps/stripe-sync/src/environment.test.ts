import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "@annex/protocol";
import { describe, expect, onTestFinished, test } from "vitest";
import { KeptUnreadable, openKept } from "../simulator/kept.ts";
import { startSimulator } from "../simulator/server.ts";
import { stripeFromEnvironment, WrongEnvironment } from "./environment.ts";

const quiet = () => undefined;

describe("a wrong environment is refused, by the name of the variable and without its value", () => {
  test.each([
    [{ STRIPE_SECRET_KEY: "pk_test_publishable" }, /STRIPE_SECRET_KEY/],
    [{ STRIPE_SECRET_KEY: "hunter2hunter2" }, /STRIPE_SECRET_KEY/],
    [{ STRIPE_SIMULATOR_URL: "nowhere" }, /STRIPE_SIMULATOR_URL/],
    [{ STRIPE_SIMULATOR_URL: "ftp://127.0.0.1" }, /STRIPE_SIMULATOR_URL/],
    [{ STRIPE_SECRET_KEY: "sk_test_1", STRIPE_SIMULATOR_URL: "http://127.0.0.1:1" }, /exclude each other/],
    [{ NODE_ENV: "production", STRIPE_SECRET_KEY: "sk_live_1" }, /STRIPE_SECRET_KEY is for development/],
    [{ NODE_ENV: "production \n", STRIPE_SECRET_KEY: "sk_live_1" }, /STRIPE_SECRET_KEY is for development/],
    [
      { NODE_ENV: "production", STRIPE_SIMULATOR_URL: "http://127.0.0.1:1" },
      /SIMULATOR_URL is for development/,
    ],
    [{ NODE_ENV: "prod" }, /NODE_ENV must be production or development/],
    [{ ANNEX_DATABASE: "mysql://db/app" }, /ANNEX_DATABASE must be/],
    [{ ANNEX_PUBLIC_URL: "https://app.example.com", STRIPE_SECRET_KEY: "sk_live_1" }, /is for development/],
  ])("%j", async (environment, message) => {
    const refused = stripeFromEnvironment(environment, quiet);
    await expect(refused).rejects.toThrow(WrongEnvironment);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow(/hunter2|publishable/);
  });
});

test("with a key it reads from Stripe; with a simulator's address from there", async () => {
  const test = (await stripeFromEnvironment({ STRIPE_SECRET_KEY: "rk_test_1" }, quiet)).source.fallback;
  expect([test?.mode, test?.address]).toEqual(["test", "https://api.stripe.com"]);
  const { source } = await stripeFromEnvironment({ STRIPE_SIMULATOR_URL: "http://127.0.0.1:12111/" }, quiet);
  expect([source.fallback?.mode, source.fallback?.address]).toEqual(["simulator", "http://127.0.0.1:12111"]);
});

test("a key that is entered beside a simulator goes to Stripe, unless it is the simulator's", async () => {
  const { source } = await stripeFromEnvironment({ STRIPE_SIMULATOR_URL: "http://127.0.0.1:12111/" }, quiet);
  expect(source.connect({ key: new Secret("rk_test_annex_1") }).mode).toBe("simulator");
  expect(source.connect({ key: new Secret("rk_test_1") }).mode).toBe("test");
  expect(source.connect({ key: new Secret("rk_live_1") }).mode).toBe("live");
});

test("in production there is nothing but what is entered", async () => {
  const { source } = await stripeFromEnvironment({ NODE_ENV: "production" }, quiet);
  expect(source.fallback).toBeUndefined();
  expect(source.connect({ key: new Secret("rk_live_1") }).mode).toBe("live");
});

test("with neither it brings a simulator up, and says when that has ended", async () => {
  const said: string[] = [];
  const { source, stop } = await stripeFromEnvironment(
    { ANNEX_DATABASE: join(folderForTest(), "app.db") },
    (line) => said.push(line),
  );
  expect((await source.fallback?.balance())?.available.length).toBe(5);
  const process_ = Number(/process (\d+)/.exec(said[0] ?? "")?.[1]);
  process.kill(process_, "SIGKILL");
  const end = Date.now() + 10_000;
  while (said.length < 2 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(said[1]).toMatch(/the local simulator has ended \(SIGKILL\)/);
  await expect(source.fallback?.balance({ once: true })).rejects.toMatchObject({
    code: "provider_unreachable",
    whatHappened: expect.stringMatching(/has ended \(SIGKILL\)/),
  });
  await stop();
});

function folderForTest(): string {
  const folder = mkdtempSync(join(tmpdir(), "kept-simulator-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Brings the simulator up in a folder of the app's, where a path without a beginning leads. */
async function simulatorIn(folder: string, variables: Readonly<Record<string, string>>) {
  const former = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(former));
  const beside = await stripeFromEnvironment(variables, quiet);
  onTestFinished(beside.stop);
  const { fallback } = beside.source;
  const call = async (method: string, path: string, body?: object): Promise<object> => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return (await (await fetch(`${fallback?.address}${path}`, { method, ...sent })).json()) as object;
  };
  return { ...beside, call, totals: () => call("GET", "/simulator/totals") };
}

const places: readonly [string, Readonly<Record<string, string>>, string][] = [
  ["the file that is named", { ANNEX_DATABASE: "app.db" }, "app.db.simulator"],
  ["the framework's own file", {}, "data/stripe-sync.db.simulator"],
  ["what stands beside a server", { ANNEX_DATABASE: "postgres://db/app" }, "data/stripe-sync.db.simulator"],
];

test.each(places)(
  "what was sold at that simulator is there after a restart, beside %s",
  async (_where, variables, name) => {
    const folder = folderForTest();
    const file = join(folder, name);
    const first = await simulatorIn(folder, variables);
    const usual = await first.totals();
    await first.call("POST", "/simulator/activity", { sales: 3 });
    await first.call("POST", "/simulator/faults", { kind: "500" });
    const sold = await first.totals();
    expect(sold).not.toEqual(usual);
    await first.stop();
    const kept = readFileSync(file, "utf8");
    // A kill cut the last line off, and an earlier version let everybody read the file.
    appendFileSync(file, '{"method":"POST","path":"/simul');
    chmodSync(file, 0o644);
    const second = await simulatorIn(folder, variables);
    expect(await second.totals()).toEqual(sold);
    expect(await second.call("GET", "/simulator/faults")).toEqual({ data: [] });
    expect(readFileSync(file, "utf8")).toBe(kept);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  },
);

test.each(["new/", "notes.txt"])("beside %s, which is no database, nothing is written", async (database) => {
  const folder = folderForTest();
  writeFileSync(join(folder, "notes.txt"), "somebody's");
  const refused = stripeFromEnvironment({ ANNEX_DATABASE: `${folder}/${database}` }, quiet);
  await expect(refused).rejects.toThrow(WrongEnvironment);
  await expect(refused).rejects.toThrow("ANNEX_DATABASE must be the path of an SQLite database");
  expect(readdirSync(folder)).toEqual(["notes.txt"]);
});

const sale = `${JSON.stringify({ method: "POST", path: "/simulator/activity", body: '{"sales":1}' })}\n`;

test.each<[string, string, string]>([
  ["a line in the middle that is cut", `${sale}{"method":"PO\n${sale}`, "line 2"],
  ["an empty line", `${sale}\n${sale}`, "line 2"],
  ["a call of another shape", `{"method":"POST"}\n${sale}`, "line 1"],
  ["a call that is refused", `${sale}${sale.replace("1}", "0}")}`, "line 2"],
  ["an end that is no beginning of a line", `${sale}notes of somebody's`, "line 2"],
])("%s ends the start by the file's name and the line, and nothing is changed", async (_what, text, line) => {
  const file = join(folderForTest(), "kept");
  writeFileSync(file, text, { mode: 0o640 });
  const start = async () => startSimulator({ port: 0, kept: openKept(file) });
  await expect(start()).rejects.toThrow(KeptUnreadable);
  await expect(start()).rejects.toThrow(`${line} of ${file}`);
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("a simulator that cannot go on from its file says why, and the app that brought it up says that it cannot start", async () => {
  const file = join(folderForTest(), "app.db");
  writeFileSync(`${file}.simulator`, "notes\n");
  const refused = stripeFromEnvironment({ ANNEX_DATABASE: file }, quiet);
  await expect(refused).rejects.toThrow(WrongEnvironment);
  await expect(refused).rejects.toThrow("the Stripe simulator ended with code 1");
});
