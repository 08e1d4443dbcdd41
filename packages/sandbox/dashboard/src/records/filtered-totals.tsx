import { Amount, countOf } from "@annex/ui";
import { Button } from "@mantine/core";
import { useState } from "react";
import type { Query } from "../api/http.ts";
import { useSums } from "../api/queries.ts";
import type { CurrencySum } from "../api/types.ts";
import { useInstance } from "../session/session.ts";
import { useCurrencyPrecision } from "./lookups.ts";

type FilteredTotalsProps = {
  readonly collection: "balances" | "transactions";
  /** The list's own conditions: what is added up is what it lists, on all its pages. */
  readonly query: Query;
  /** How many rows that is; nothing is added up before it is known. */
  readonly total: number | undefined;
};

/** Adding up more than this can take the ledger seconds, and everybody else waits: it is done when asked for. */
const addedUnasked = 9_999;

/** Sums by currency of everything that matches, exact to the last digit; amounts of two precisions stay apart. */
export function FilteredTotals({ collection, query, total }: FilteredTotalsProps) {
  const { instance_id } = useInstance();
  const conditions = JSON.stringify(query);
  const [asked, setAsked] = useState<string>();
  const wanted = total !== undefined && (total <= addedUnasked || asked === conditions);
  const sums = useSums(instance_id, collection, query, { enabled: wanted });
  const rows = wanted ? (sums.data?.data ?? []) : [];
  if (total !== undefined && total > addedUnasked && rows.length === 0) {
    return (
      <Button size="xs" variant="subtle" loading={sums.isFetching} onClick={() => setAsked(conditions)}>
        Add up all rows
      </Button>
    );
  }
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
