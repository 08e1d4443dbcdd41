/** The proof at the end of a run: both sides as of its last balance transaction, or a finding for each currency that differs. */
import type { CurrencyTotalJson, FindingJson } from "../portal-types.ts";
import { reportFindings, resolveFindings } from "./findings.ts";
import { keepPosition, type Position } from "./register.ts";
import type { SyncTools } from "./tools.ts";
import { compareSides, missingOf, unexplained, viewLedger, viewStripe } from "./totals.ts";

export type Checked = { readonly currencies: readonly CurrencyTotalJson[]; readonly findings: number };

/** @param position how far the books are with this run; kept here, so that what follows is compared as of it. */
export async function checkStep(tools: SyncTools, position: Position): Promise<Checked> {
  const { data, runId } = tools;
  await keepPosition(data, position);
  // Days of the past, before anything else was ever imported: there is nothing to compare with a balance of now.
  if (position.readThrough === undefined && (await data.movements.count()) > 0)
    return { currencies: [], findings: 0 };
  const stripe = await viewStripe(tools);
  const ledger = await viewLedger(tools, position.ledgerId);
  const currencies = compareSides({ stripe, ledger, missing: await missingOf(data) });
  const now = new Date(tools.clock());
  const differing = currencies.filter((row) => unexplained(row) !== 0n);
  for (const row of currencies) if (!differing.includes(row)) await resolveFindings(data, row.currency, now);
  await reportFindings(
    data,
    runId,
    now,
    differing.map((row) => ({ finding: differenceFound(row, ledger.get(row.currency)?.balanceId) })),
  );
  if (differing.length > 0) await keepPosition(data, { ...position, lookFurtherBack: true });
  return { currencies, findings: differing.length };
}

function differenceFound(row: CurrencyTotalJson, balanceId: string | undefined): FindingJson {
  const { currency, stripe, ledger } = row;
  const explained = row.missing === undefined ? "" : ` Other findings explain ${row.missing.minor} of it.`;
  return {
    object_id: currency,
    ...(balanceId === undefined ? {} : { balance_id: balanceId }),
    code: "balance_differs",
    error: `In ${currency} the ledger has ${ledger?.minor ?? "?"} and Stripe held ${stripe?.minor ?? "?"} at the same time: ${row.difference?.minor ?? "?"} apart, in minor units.${explained}`,
    next: "The next sync looks ninety days back by itself. If the difference stays, sync the days in question from this page.",
  };
}
