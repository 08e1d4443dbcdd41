import {
  Badge,
  type Column,
  currencyDecimals,
  DataTable,
  EmptyState,
  ErrorState,
  Money,
  PermissionButton,
} from "@annex/portal";
import type { BalanceJson } from "../../src/portal-types.ts";
import { useFlag } from "./queries.ts";

const columns: readonly Column<BalanceJson>[] = [
  { key: "name", heading: "Balance", part: "lead", cell: ({ name }) => name, sortValue: ({ name }) => name },
  {
    key: "currency",
    heading: "Currency",
    cell: ({ currency }) => currency,
    sortValue: ({ currency }) => currency,
  },
  {
    key: "stands",
    heading: "Stands at",
    align: "end",
    // A balance has no precision of its own: change the decimals where you post with another one.
    cell: ({ minor, currency }) => (
      <Money minor={minor} decimals={currencyDecimals(currency)} currency={currency} aligned />
    ),
    sortValue: ({ minor }) => BigInt(minor),
  },
  { key: "flag", heading: "Flag", align: "end", cell: (row) => <Flag balance={row} /> },
];

/** Every balance of the last survey. */
export function BalanceTable({ balances }: { readonly balances: readonly BalanceJson[] }) {
  return (
    <DataTable
      label="Balances"
      columns={columns}
      rows={balances}
      rowKey={({ id }) => id}
      initialSorting={{ column: "name", direction: "ascending" }}
      empty={<EmptyState title="No balances yet">Post to the ledger, then press “Look again”.</EmptyState>}
    />
  );
}

/** Without `alerts:write` the button says so instead of doing nothing. */
function Flag({ balance }: { readonly balance: BalanceJson }) {
  const flag = useFlag(balance.id);
  if (balance.flagged) return <Badge tone="warning">Flagged</Badge>;
  if (flag.error !== null) return <ErrorState error={flag.error} onRetry={() => flag.mutate()} />;
  return (
    <PermissionButton
      needs={["alerts:write"]}
      size="xs"
      variant="default"
      loading={flag.isPending}
      aria-label={`Flag ${balance.name}, ${balance.currency}`}
      onPress={() => flag.mutate()}
    >
      Flag
    </PermissionButton>
  );
}
