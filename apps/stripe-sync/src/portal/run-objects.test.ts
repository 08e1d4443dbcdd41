/** The objects of a run by state and kind: by the index the same as by looking at each, and without looking at each. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { books } from "../../test/books-on-paper.ts";
import { type Installation, installation } from "../../test/installation.ts";
import type { ObjectJson, ObjectKind, ObjectState } from "../portal-types.ts";
import { type SyncData, syncData, timeKey } from "../sync/register.ts";
import { type RunEntry, workListIn } from "../sync/run-objects.ts";
import { emptyTally, type Tally, tallyOf } from "../sync/tally.ts";
import { objectsOf } from "./run-objects.ts";

let installed: Installation;
let data: SyncData;
let tally: Tally = emptyTally;

const customer = (number: number, state: ObjectState): RunEntry => ({
  key: timeKey(number, `cus_${number}`),
  value: { kind: "customer", state },
});
const kept = { runId: "run_1", ...books, indexed: true };
const all = Array.from({ length: 700 }, (_, number) =>
  customer(number, number === 3 ? "failed" : number % 2 === 0 ? "posted" : "already_posted"),
);

beforeAll(async () => {
  installed = await installation();
  const { context } = installed;
  data = syncData(context.data, books);
  const list = (entries: readonly RunEntry[]) =>
    context.data.transaction(({ data: writer }) => workListIn(writer, books, "run_1")(entries));
  // Looked at twice: what failed at first and waited then was posted in the end.
  await list([customer(10, "failed"), customer(11, "failed")]);
  await list([customer(10, "waiting"), customer(11, "waiting")]);
  await list(all);
  await data.customers.putMany(
    all.map(({ key, value: { state } }) => {
      const id = key.split("/")[1] ?? "";
      const object: ObjectJson = {
        id,
        kind: "customer",
        state,
        stripe_type: "customer",
        created_at: "",
        legs: [],
      } as const;
      return { key: id, value: { fingerprint: "", object } };
    }),
  );
  tally = tallyOf(all.map(({ value }) => value));
});
afterAll(() => installed.close());

async function everyPage(from: SyncData, run: { readonly indexed: boolean }, state: ObjectState) {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await objectsOf(
      from,
      { kept: { ...kept, ...run }, tally },
      { state: [state], limit: 60, after },
    );
    ids.push(...page.data.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  return ids;
}

test.each<ObjectState>(["failed", "posted", "already_posted", "waiting", "difference"])(
  "%s: page by page the same as by looking at each, newest first",
  async (state) => {
    const looked = await everyPage(data, { indexed: false }, state);
    const expected = all.filter(({ value }) => value.state === state).map(({ key }) => key.split("/")[1]);
    expect(looked).toEqual(expected.reverse());
    expect(await everyPage(data, { indexed: true }, state)).toEqual(looked);
  },
);

test("one among many is found without looking at each, and none of a kind without looking at any", async () => {
  const noList = async () => {
    throw new Error("Every object of the run was looked at.");
  };
  const unread = { ...data, runObjects: { ...data.runObjects, list: noList } };
  expect(await everyPage(unread, { indexed: true }, "failed")).toEqual(["cus_3"]);
  const kind: ObjectKind[] = ["dispute"];
  expect(await objectsOf(unread, { kept, tally }, { kind, limit: 10 })).toEqual({ data: [] });
});
