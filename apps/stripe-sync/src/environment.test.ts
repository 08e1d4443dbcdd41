import fs, {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "@annex/protocol";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { KeptUnreadable, openKept, usualAccount } from "../simulator/kept.ts";
import { startSimulator } from "../simulator/server.ts";
import { stripeFromEnvironment, WrongEnvironment } from "./environment.ts";
import { earlyEnd } from "./stripe/simulator-process.ts";

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
    expect(kept.startsWith('{"seed":1,"sales":0}\n')).toBe(true);
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
  [
    "a call that is refused, before an end that is cut off",
    `${sale.replace("1}", "0}")}{"method":`,
    "line 1",
  ],
  ["an end that is no beginning of a line", `${sale}notes of somebody's`, "line 2"],
])("%s ends the start by the file's name and the line, and nothing is changed", async (_what, text, line) => {
  const file = join(folderForTest(), "kept");
  writeFileSync(file, text, { mode: 0o640 });
  const start = async () => startSimulator({ port: 0, kept: openKept(file, usualAccount) });
  await expect(start()).rejects.toThrow(KeptUnreadable);
  await expect(start()).rejects.toThrow(`${line} of ${file}`);
  expect(readFileSync(file, "utf8")).toBe(text);
});

/** How many sales a simulator has that goes on from the file. */
async function salesFrom(file: string, account = usualAccount): Promise<number> {
  const simulator = await startSimulator({ port: 0, kept: openKept(file, account) });
  await simulator.close();
  return simulator.account.charges.length;
}

test("a whole last line without an end, as an editor leaves it, is a call; what is kept next is another line", async () => {
  const file = join(folderForTest(), "kept");
  const none = await salesFrom(join(folderForTest(), "kept"));
  writeFileSync(file, `${sale}${sale.trimEnd()}`);
  expect(await salesFrom(file)).toBe(none + 2);
  expect(readFileSync(file, "utf8")).toBe(`${sale}${sale}`);
});

test("a file goes with the account that it began with; one of an earlier version, with the usual one", async () => {
  const folder = folderForTest();
  const [own, earlier] = [join(folder, "own"), join(folder, "earlier")];
  await salesFrom(own, { seed: 7, sales: 2 });
  writeFileSync(earlier, sale);
  expect(() => openKept(own, usualAccount)).toThrow("--seed 7 --sales 2");
  expect(() => openKept(earlier, { seed: 7, sales: 0 })).toThrow("--seed 1 --sales 0");
  await salesFrom(own, { seed: 7, sales: 2 });
  await salesFrom(earlier);
  // Of its very first line, too, a kill may have left a part.
  writeFileSync(own, '{"se');
  await salesFrom(own);
  expect(readFileSync(own, "utf8")).toBe('{"seed":1,"sales":0}\n');
});

test("two simulators do not go on from one file at a time", async () => {
  const file = join(folderForTest(), "kept");
  const kept = openKept(file, usualAccount);
  expect(() => openKept(file, usualAccount, 0)).toThrow(KeptUnreadable);
  expect(() => openKept(file, usualAccount, 0)).toThrow("another simulator that runs has");
  kept.close();
  openKept(file, usualAccount, 0).close();
});

test("what cannot be opened is said in the system's words", () => {
  const folder = folderForTest();
  expect(() => openKept(folder, usualAccount)).toThrow(KeptUnreadable);
  expect(() => openKept(folder, usualAccount)).toThrow(`${folder} cannot be used: EISDIR`);
  rmSync(`${folder}.lock`);
});

test("what cannot be kept is not done, and leaves no part of a line", async () => {
  const file = join(folderForTest(), "kept");
  const simulator = await startSimulator({ port: 0, kept: openKept(file, usualAccount) });
  onTestFinished(simulator.close);
  const sell = () =>
    fetch(`${simulator.url}/simulator/activity`, { method: "POST", body: JSON.stringify({ sales: 1 }) });
  const [before, kept] = [simulator.account.charges.length, readFileSync(file, "utf8")];
  const write = fs.writeSync;
  const full = vi.spyOn(fs, "writeSync").mockImplementation(((
    to: number,
    bytes: Buffer,
    ...rest: number[]
  ) => {
    write(to, bytes, rest[0], 9, rest[2]);
    throw new Error("ENOSPC: no space left on device, write");
  }) as never);
  syncBuiltinESMExports();
  try {
    const refused = await sell();
    expect([refused.status, await refused.json()]).toMatchObject([
      507,
      { code: "not_kept", error: expect.stringContaining("ENOSPC: no space left") },
    ]);
  } finally {
    full.mockRestore();
    syncBuiltinESMExports();
  }
  expect(simulator.account.charges.length).toBe(before);
  expect(readFileSync(file, "utf8")).toBe(kept);
  expect((await sell()).status).toBe(201);
  expect(readFileSync(file, "utf8")).toBe(`${kept}${sale}`);
});

test("a simulator that a signal ends before it is ready is not said to have told why", () => {
  expect(earlyEnd(null, "SIGINT")).toBe("by SIGINT before it was ready");
  expect(earlyEnd(1, null)).toBe("with code 1 before it was ready; it says why above");
});

test("a simulator that cannot go on from its file says why, and the app that brought it up says that it cannot start", async () => {
  const file = join(folderForTest(), "app.db");
  writeFileSync(`${file}.simulator`, "notes\n");
  const refused = stripeFromEnvironment({ ANNEX_DATABASE: file }, quiet);
  await expect(refused).rejects.toThrow(WrongEnvironment);
  await expect(refused).rejects.toThrow("the Stripe simulator ended with code 1");
});
