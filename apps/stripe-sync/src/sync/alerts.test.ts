/** An alert for each dispute that waits for an answer, once; and what is found of alerts ends when the matter does. */
import { CloudRefused, CloudUnreachable } from "@annex/client";
import { beforeEach, expect, test } from "vitest";
import { emptyLedger, movementOn, nothingAtStripe, seconds, toolsOn } from "../../test/books-on-paper.ts";
import { installedForEach } from "../../test/installation.ts";
import { readMovement } from "../mapping/movement.ts";
import { alertStep, unalertedPage } from "./alerts.ts";
import { keepDisputes, keepMovements } from "./reading.ts";
import { keyOf } from "./register.ts";
import type { PageTools } from "./tools.ts";

const installed = installedForEach();
const stripe = nothingAtStripe();
let flagged: string[];
let answer: () => { readonly anomaly_id: string };
beforeEach(async () => {
  flagged = [];
  stripe.movements = [];
  answer = () => ({ anomaly_id: "ano_1" });
  await disputed("needs_response");
});

function tools(runId = "run_1"): PageTools {
  const flag = async (id: string) => {
    flagged.push(id);
    return answer();
  };
  const made = toolsOn(installed, { stripe, ledger: emptyLedger() }, runId);
  return { ...made, cloud: { ...made.cloud, alerts: { flag } } as unknown as PageTools["cloud"] };
}

/** The dispute stands like this at Stripe, and is in the ledger. */
async function disputed(status: string, facts: object = {}): Promise<string> {
  const movement = movementOn({
    amount: -1000,
    net: -1000,
    type: "adjustment",
    reporting_category: "dispute",
    source: { id: "du_1", object: "dispute", status, currency: "usd" },
    ...facts,
  });
  stripe.movements = [movement, ...stripe.movements.filter(({ id }) => id !== movement.id)];
  await keepMovements(tools(), [movement], false);
  const key = keyOf(readMovement(movement));
  const stored = await tools().data.movements.get(key);
  if (stored === undefined) throw new Error("It was not kept.");
  const leg = {
    role: "net" as const,
    reference: movement.id,
    transaction_id: "txn_ledger",
    from: "",
    to: "",
  };
  const amount = { minor: "1000", currency: "USD", decimals: 2 };
  await tools().data.movements.put(key, {
    ...stored,
    outcome: { state: "posted", legs: [{ ...leg, amount }] },
  });
  return key;
}

/** What a run does of alerts. */
async function run(runId: string): Promise<void> {
  const { keys } = await unalertedPage(tools(runId), undefined);
  for (const key of keys) await alertStep(tools(runId), key);
}
const findings = async () =>
  (await tools().data.findings.list()).map(({ value: { code, status } }) => `${code} ${status}`);
const refused = () => {
  throw new CloudRefused({ cloudCode: "missing_scope", message: "Not granted.", status: 403 });
};

test("once, whatever run posted it and however many come after", async () => {
  await run("run_1");
  await run("run_2");
  expect(flagged).toEqual(["txn_ledger"]);
  expect(await findings()).toEqual([]);
});

test("a refused one is found, tried again by the next run, and over once it is raised", async () => {
  answer = refused;
  await run("run_1");
  await run("run_2");
  expect(await findings()).toEqual(["alert_refused new"]);
  answer = () => ({ anomaly_id: "ano_1" });
  await run("run_3");
  expect(flagged).toHaveLength(3);
  expect(await findings()).toEqual(["alert_refused resolved"]);
});

test.each(["won", "under_review", "lost", "warning_closed"])(
  "a dispute that is %s needs no alert, and what was found of it is over",
  async (status) => {
    answer = refused;
    await run("run_1");
    const [movement] = stripe.movements;
    stripe.movements = [{ ...movement, source: { id: "du_1", object: "dispute", status } } as never];
    await run("run_2");
    expect(flagged).toHaveLength(1);
    expect(await findings()).toEqual(["alert_refused resolved"]);
  },
);

test("answered meanwhile, as an event tells, it is over too", async () => {
  answer = refused;
  await run("run_1");
  await keepDisputes(tools().data, [
    readMovement({
      ...stripe.movements[0],
      source: { id: "du_1", object: "dispute", status: "won" },
    } as never),
  ]);
  await run("run_2");
  expect(await findings()).toEqual(["alert_refused resolved"]);
});

test.each([
  ["lost its answer", () => new CloudUnreachable({ outcome: "unknown", requestId: "req_1" } as never)],
])("one that %s is never raised a second time, and a finding says so", async (_how, failure) => {
  answer = () => {
    throw failure();
  };
  await expect(run("run_1")).rejects.toThrow();
  answer = () => ({ anomaly_id: "ano_2" });
  await run("run_1");
  expect(flagged).toHaveLength(1);
  expect(await findings()).toEqual(["alert_uncertain new"]);
});

test("of a dispute that took money more than once there is one alert, whichever of it was booked first", async () => {
  const fee = { id: "txn_fee", amount: -15, net: -15, reporting_category: "fee", created: seconds };
  await disputed("needs_response", fee);
  answer = refused;
  await run("run_1");
  expect(await findings()).toEqual(["alert_refused new"]);
  answer = () => ({ anomaly_id: "ano_1" });
  await run("run_2");
  await run("run_3");
  // The bank takes the amount once more.
  await disputed("needs_response", { id: "txn_again", created: seconds + 1 });
  await run("run_4");
  expect(flagged).toHaveLength(2);
  expect(await findings()).toEqual(["alert_refused resolved"]);
});

test("one whose first part is answered, as far as is known, is alerted of by what came since", async () => {
  await disputed("won");
  await disputed("needs_response", { id: "txn_again", created: seconds });
  await run("run_1");
  expect(flagged).toHaveLength(1);
});

test.each([
  ["its time cannot be read", { created: "soon" }],
  ["its currency is unknown", { currency: "zzz" }],
])("of two parts the one that could not be posted keeps no alert from the other: %s", async (_why, facts) => {
  const key = await disputed("needs_response", { id: "txn_odd", created: seconds - 7200, ...facts });
  const odd = await tools().data.movements.get(key);
  if (odd !== undefined)
    await tools().data.movements.put(key, { ...odd, outcome: { state: "failed", legs: [] } });
  await run("run_1");
  await run("run_2");
  expect(flagged).toEqual(["txn_ledger"]);
});

test("one that was won and is disputed again has an alert again, and the first part none", async () => {
  await run("run_1");
  const again = { id: "txn_again", created: seconds + 2 };
  await disputed("needs_response", again);
  await run("run_2");
  expect(flagged).toHaveLength(1);
  await disputed("won", { id: "txn_back", reporting_category: "dispute_reversal", created: seconds + 1 });
  await run("run_3");
  await run("run_4");
  expect(flagged).toHaveLength(2);
  const alerted = async () => (await tools().data.alerts.list()).map(({ key }) => key.split("/")[1]);
  expect(await alerted()).toEqual(["txn_1", "txn_again"]);
  // Where neither has one yet, what the first part took has come back.
  await tools().data.alerts.clear();
  await run("run_5");
  expect(await alerted()).toEqual(["txn_again"]);
});

test("money that came back is no dispute that waits", async () => {
  await disputed("needs_response", {
    id: "txn_back",
    reporting_category: "dispute_reversal",
    created: seconds,
  });
  expect((await unalertedPage(tools(), undefined)).keys).toHaveLength(1);
});
