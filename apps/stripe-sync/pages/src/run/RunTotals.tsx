import type { CurrencyTotalJson } from "../../../src/portal-types.ts";
import { CurrencyTable, TieBadge } from "../CurrencyTable.tsx";

/** Whether Stripe and the ledger tied when the run ended; the amounts open on demand. */
export function RunTotals({ currencies }: { readonly currencies: readonly CurrencyTotalJson[] }) {
  if (currencies.length === 0) return null;
  return (
    <details className="stripe-totals">
      <summary>
        <span>Totals at the end of this run</span>
        <TieBadge currencies={currencies} pending={false} />
      </summary>
      <CurrencyTable label="Totals at the end of this run" currencies={currencies} />
    </details>
  );
}
