/** Whether a correction may still take what it moves, where an account holds less: by hand, or because it nets out. */
import type { Metadata } from "@annex/client";
import { expect, test } from "vitest";
import { emptyLedger, nothingAtStripe, toolsOn } from "../../test/books-on-paper.ts";
import { installedForEach } from "../../test/installation.ts";
import type { KeptFindingJson } from "../portal-types.ts";
import { accountOfText, ensureAccounts } from "./accounts.ts";
import { postCorrections } from "./corrections.ts";

const installed = installedForEach();

type Books = {
  /** What the app put into the account of what is to be looked at, by balance transaction; negative where it took it. */
  readonly own: Readonly<Record<string, bigint>>;
  readonly byHand: readonly bigint[];
  /** Those whose status in the ledger is another one moved nothing. */
  readonly inflight?: readonly bigint[];
};

/** Approves them one after the other; answers what became of each. */
async function approved({ own, byHand, inflight = [] }: Books, ids: readonly string[]) {
  const ledger = emptyLedger();
  const tools = toolsOn(installed, { stripe: nothingAtStripe(), ledger });
  const wanted = ["clearing/USD", "suspense/USD"].map(accountOfText);
  const { idOf } = await ensureAccounts(tools, "ldg_1", wanted);
  const suspense = idOf.get("suspense/USD") ?? "";
  const posting = (reference: string, amount: bigint, against: string, meta_data: Metadata) => {
    const base = { reference, currency: "USD", precision: 100, description: "", meta_data };
    const [source, destination] = amount > 0n ? [against, suspense] : [suspense, against];
    return { ...base, source, destination, precise_amount: amount > 0n ? amount : -amount };
  };
  await tools.cloud.proxy.ensureTransactions([
    ...Object.entries(own).map(([id, amount]) =>
      posting(id, amount, idOf.get("clearing/USD") ?? "", { stripe_sync: { balance_transaction: id } }),
    ),
    ...byHand.map((amount, index) => posting(`by-hand-${index}`, amount, "@Sales", {})),
  ]);
  for (const [index, amount] of inflight.entries()) {
    const row = posting(`inflight-${index}`, amount, "@Sales", {});
    ledger.transactions.push({ ...row, status: "INFLIGHT" } as never);
  }
  const outcomes: Record<string, string> = {};
  for (const id of ids) {
    const amount = own[id] ?? 0n;
    const [from, to] = amount > 0n ? ["To be looked at", "Reserves"] : ["Reserves", "To be looked at"];
    const minor = `${amount > 0n ? amount : -amount}`;
    const money = { minor, currency: "USD", decimals: 2 };
    const corrections = [{ reference: `${id}-corrected-1`, from, to, amount: money }];
    const finding = { object_id: id, corrections } as unknown as KeptFindingJson;
    outcomes[id] = await postCorrections(tools, "ldg_1", finding, "user_1").then(
      () => "posted",
      ({ code }) => String(code),
    );
  }
  return outcomes;
}

const pair = { hold: 1000n, release: -1000n };

test.each<[string, Books, Readonly<Record<string, string>>]>([
  [
    "a pair that nets out is posted, though another one was moved by hand, and that one is not",
    { own: { ...pair, other: -500n }, byHand: [500n] },
    { other: "moved_already", release: "posted", hold: "posted" },
  ],
  [
    "a pair that was moved by hand itself is not moved once more",
    { own: pair, byHand: [-1000n, 1000n] },
    { hold: "moved_already", release: "moved_already" },
  ],
  [
    "one of which a part was moved by hand is not moved once more",
    { own: { hold: 1000n }, byHand: [-600n] },
    { hold: "moved_already" },
  ],
  [
    "what a person began to move and did not is no matter",
    { own: pair, byHand: [], inflight: [-1000n] },
    { hold: "posted", release: "posted" },
  ],
])("%s", async (_what, books, outcomes) => {
  expect(await approved(books, Object.keys(outcomes))).toEqual(outcomes);
});
