/** What a page of posting leaves where its step never came to its end. */
import { beforeEach, expect, test } from "vitest";
import { books, emptyLedger, movementOn, nothingAtStripe, toolsOn } from "../../test/books-on-paper.ts";
import { installedForEach } from "../../test/installation.ts";
import { accountOfText, ensureAccounts } from "./accounts.ts";
import { keepMovements } from "./reading.ts";
import { keyOf, pageWritersIn } from "./register.ts";
import { postPage, retryPage } from "./working.ts";

const installed = installedForEach();
const stripe = nothingAtStripe();
const sale = movementOn();
let ledger = emptyLedger();
beforeEach(() => {
  ledger = emptyLedger();
});
const tools = (runId: string) => toolsOn(installed, { stripe, ledger }, runId);

async function post(runId: string, keep = tools(runId).keep): Promise<void> {
  const { accounts = [] } = await keepMovements({ ...tools(runId), keep }, [sale], false);
  const known = await ensureAccounts(tools(runId), "ldg_1", accounts.map(accountOfText));
  await postPage({ ...tools(runId), keep }, { ledgerId: "ldg_1", accounts: known }, undefined);
}

/** The page is posted, and the app dies before the step is kept. */
async function postAndDie(runId: string): Promise<void> {
  const died = installed.context.data.transaction(async ({ data: writer }) => {
    await post(runId, pageWritersIn(writer, books));
    throw new Error("died");
  });
  await expect(died).rejects.toThrow("died");
}

const left = () => tools("run_1").data.unsettled.count();
const state = async () => (await tools("run_1").data.movements.get(keyOf(sale)))?.outcome.state;

test("what came in after all stays to be tried again until its register says so", async () => {
  ledger.refused.add(sale.id);
  await post("run_1");
  expect([await state(), await left()]).toEqual(["failed", 1]);
  ledger.refused.clear();
  await postAndDie("run_2");
  expect([await state(), await left()]).toEqual(["failed", 1]);
  // That run never goes on: the next one takes it from what is open.
  const { tally } = await retryPage(tools("run_3"), undefined);
  expect(tally.states).toEqual({ waiting: 1 });
  await post("run_3");
  expect([await state(), await left()]).toEqual(["already_posted", 0]);
});

test("what was refused in a try that was not kept, and came in by the next, is not missing", async () => {
  await keepMovements(tools("run_1"), [sale], false);
  ledger.refused.add(sale.id);
  await postAndDie("run_1");
  expect(await left()).toBe(0);
  ledger.refused.clear();
  await post("run_1");
  expect([await state(), await left()]).toEqual(["posted", 0]);
});
