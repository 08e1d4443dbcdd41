import { Badge } from "@annex/portal";
import type { CurrencyTotalJson } from "../../../src/portal-types.ts";
import { CurrencyTable } from "../CurrencyTable.tsx";

/** Whether Stripe and the ledger tied when the run ended; the amounts open on demand. */
export function RunTotals({ currencies }: { readonly currencies: readonly CurrencyTotalJson[] }) {
  if (currencies.length === 0) return null;
  const ties = currencies.every((row) => row.difference !== undefined && BigInt(row.difference.minor) === 0n);
  return (
    <details className="stripe-totals">
      <summary>
        <span>Totals at the end of this run</span>
        <Badge tone={ties ? "success" : "danger"}>{ties ? "Ties in every currency" : "Does not tie"}</Badge>
      </summary>
      <CurrencyTable label="Totals at the end of this run" currencies={currencies} />
    </details>
  );
}
