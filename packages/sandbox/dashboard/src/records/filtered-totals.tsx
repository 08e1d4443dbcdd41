import { Amount, countOf } from "@annex/ui";
import type { Query } from "../api/http.ts";
import { useSums } from "../api/queries.ts";
import type { CurrencySum } from "../api/types.ts";
import { useInstance } from "../session/session.ts";
import { useCurrencyPrecision } from "./lookups.ts";

type FilteredTotalsProps = {
  readonly collection: "balances" | "transactions";
  /** The list's own conditions: what is added up is what it lists, on all its pages. */
  readonly query: Query;
};

/** Sums by currency of everything that matches, exact to the last digit; amounts of two precisions stay apart. */
export function FilteredTotals({ collection, query }: FilteredTotalsProps) {
  const { instance_id } = useInstance();
  const sums = useSums(instance_id, collection, query);
  const rows = sums.data?.data ?? [];
  if (rows.length === 0) return null;
  return (
    <ul className="annex-totals" aria-label="Totals by currency">
      {rows.map((row) => (
        <li key={`${row.currency}/${row.precision}`} title={countOf(row.count, "row")}>
          <Sum row={row} />
        </li>
      ))}
    </ul>
  );
}

function Sum({ row }: { readonly row: CurrencySum }) {
  const shared = useCurrencyPrecision(row.currency);
  return <Amount minorUnits={row.sum} precision={row.precision ?? shared} currency={row.currency} />;
}
