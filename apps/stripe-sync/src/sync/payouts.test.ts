import { Secret } from "@annex/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { type Installation, installation } from "../../test/installation.ts";
import { smallShop } from "../../test/small-shop.ts";
import { exportPayouts, payoutCurrencies } from "../portal/payouts.ts";
import { createStripeAccess } from "../stripe/access.ts";
import { simulatorKey } from "../stripe/modes.ts";
import { payoutsPage } from "./payouts.ts";
import { rememberBooks, syncData } from "./register.ts";

let simulator: Simulator;
let installed: Installation;
beforeAll(async () => {
  simulator = await startSimulator({ port: 0, account: smallShop() });
  installed = await installation();
});
afterAll(async () => {
  await installed?.close();
  await simulator?.close();
});

test("a currency that is first paid out after somebody has looked is among them the next time", async () => {
  const { context } = installed;
  const books = { account: simulator.account.id, mode: "test" } as const;
  await rememberBooks(context.data, books);
  const stripe = createStripeAccess({ apiKey: new Secret(simulatorKey), simulatorUrl: simulator.url });
  const data = syncData(context.data, books);
  const tools = { stripe, data, runId: "run_1", clock: Date.now };
  const known: (readonly string[])[] = [];
  for (const currency of ["jpy", "kwd"]) {
    expect(simulator.account.payOut(currency, Math.floor(Date.now() / 1000))).toBeDefined();
    await payoutsPage(tools, undefined, undefined);
    known.push((await payoutCurrencies(context)).data);
  }
  expect(known).toEqual([["JPY"], ["JPY", "KWD"]]);
});

test("a file that does not hold everything says so", async () => {
  const { context } = installed;
  const rows = ({ text }: { text: string }) => text.trim().split("\r\n").length - 1;
  const all = await exportPayouts(context);
  expect([rows(all), all.cut_at]).toEqual([2, undefined]);
  const cut = await exportPayouts(context, 1);
  expect([rows(cut), cut.cut_at]).toEqual([1, 1]);
});
