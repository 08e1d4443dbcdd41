import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "@annex/protocol";
import { describe, expect, onTestFinished, test } from "vitest";
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
  const { source, stop } = await stripeFromEnvironment({}, (line) => said.push(line));
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

test("what was sold at that simulator is there after a restart, as what was posted from it is in the ledger", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kept-simulator-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const started = async () => {
    const beside = await stripeFromEnvironment({ ANNEX_DATABASE: join(folder, "app.db") }, quiet);
    onTestFinished(beside.stop);
    const { fallback } = beside.source;
    const call = (method: string, path: string, body?: object) =>
      fetch(`${fallback?.address}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const totals = async () => (await call("GET", "/simulator/totals")).json();
    return { ...beside, call, totals };
  };
  const first = await started();
  const usual = await first.totals();
  await first.call("POST", "/simulator/activity", { sales: 3 });
  await first.call("POST", "/simulator/activity", { sales: 2 });
  await first.call("POST", "/simulator/faults", { kind: "500" });
  const sold = await first.totals();
  expect(sold).not.toEqual(usual);
  await first.stop();
  appendFileSync(join(folder, "app.db.simulator"), '{"method":"POST","path":"/simul');
  const second = await started();
  expect(await second.totals()).toEqual(sold);
  expect((await (await second.call("GET", "/simulator/faults")).json()) as object).toEqual({ data: [] });
});
