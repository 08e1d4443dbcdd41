import {
  Badge,
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  formatCount,
  LoadingState,
  Moment,
  Money,
  Page,
  PortalLink,
  replaceQueryValues,
  type Tone,
  useRoute,
} from "@annex/portal";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import type { PayoutJson } from "../../../src/portal-types.ts";
import { BooksChoice } from "../books/BooksChoice.tsx";
import { withBooks } from "../books/queries.ts";
import { Exported } from "./Exported.tsx";
import { useExport, usePayoutCurrencies, usePayouts } from "./queries.ts";

export const stateWords: Readonly<Record<PayoutJson["state"], string>> = {
  open: "Open",
  reconciled: "Reconciled",
  differs: "Differs",
  manual: "By hand",
  returned: "Came back",
};

export const stateTones: Readonly<Record<PayoutJson["state"], Tone>> = {
  open: "info",
  reconciled: "success",
  differs: "danger",
  manual: "neutral",
  returned: "warning",
};

/** Stripe's own word, as it begins a line. */
function statusWords(status: string): string {
  const words = status.replaceAll("_", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

const columns: readonly Column<PayoutJson>[] = [
  {
    key: "created",
    heading: "Payout",
    part: "lead",
    cell: (payout) => (
      <>
        <span className="annex-hidden">Payout {payout.id}, </span>
        <Moment at={payout.created_at} exact />
      </>
    ),
    sortValue: ({ created_at: at }) => at,
  },
  {
    key: "state",
    heading: "Reconciliation",
    part: "mark",
    cell: ({ state }) => <Badge tone={stateTones[state]}>{stateWords[state]}</Badge>,
    sortValue: ({ state }) => state,
  },
  { key: "status", heading: "At Stripe", priority: 1, cell: ({ status }) => statusWords(status) },
  {
    key: "count",
    heading: "Contains",
    align: "end",
    priority: 2,
    cell: ({ count }) => (count === undefined ? "–" : formatCount(count)),
    sortValue: ({ count }) => count ?? -1,
  },
  {
    key: "amount",
    heading: "Amount",
    align: "end",
    width: 150,
    cell: ({ amount }) => (
      <Money minor={amount.minor} decimals={amount.decimals} currency={amount.currency} aligned />
    ),
  },
  { key: "currency", heading: "Currency", part: "unit", width: 90, cell: ({ amount }) => amount.currency },
];

/** Payouts of a period, each against what it paid out. The period is part of the address. */
export function PayoutsPage() {
  const { query } = useRoute();
  const chosen = {
    from: query.get("from") ?? undefined,
    to: query.get("to") ?? undefined,
    currency: query.get("currency") ?? undefined,
    state: query.get("state") ?? undefined,
    books: query.get("books") ?? undefined,
  };
  const payouts = usePayouts(chosen);
  const file = useExport("/api/payouts/export", chosen);
  return (
    <Page
      title="Payouts"
      description="Each payout, compared with the balance transactions it paid out."
      actions={
        <Button variant="default" loading={file.isPending} onClick={() => file.mutate()}>
          Export as CSV
        </Button>
      }
    >
      <BooksChoice />
      <Period chosen={chosen} />
      <Exported
        file={file}
        rest="One file holds no more. Choose a shorter period, and export the rest by itself."
      />
      {payouts.rows !== undefined && (
        <DataTable
          label="Payouts"
          columns={columns}
          rows={payouts.rows}
          rowKey={({ id }) => id}
          rowLink={({ key }, content) => (
            <PortalLink to={withBooks(`/payouts/${key}`, chosen.books ?? "")}>{content}</PortalLink>
          )}
          list={JSON.stringify(chosen)}
          more={payouts.more}
          empty={
            <EmptyState title="No payout matches">
              Choose other days or filters. The overview says whether everything is in.
            </EmptyState>
          }
        />
      )}
      {payouts.rows === undefined && payouts.error === undefined && (
        <LoadingState label="Loading the payouts" rows={8} />
      )}
      {payouts.rows === undefined && payouts.error !== undefined && (
        <ErrorState error={payouts.error} onRetry={payouts.refetch} retrying={payouts.loading} />
      )}
    </Page>
  );
}

type Chosen = { readonly [Name in "from" | "to" | "currency" | "state" | "books"]: string | undefined };

function Period({ chosen }: { readonly chosen: Chosen }) {
  // One that the address names is shown, also while the others are asked for.
  const currency = (chosen.currency ?? "").toUpperCase();
  const currencies = [
    ...new Set([...usePayoutCurrencies(chosen.books), ...(currency === "" ? [] : [currency])]),
  ];
  const choose = (values: Partial<Record<keyof Chosen, string>>) => replaceQueryValues(values);
  return (
    <div className="stripe-period">
      <TextInput
        type="date"
        label="From"
        value={chosen.from ?? ""}
        onChange={(event) => choose({ from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label="To"
        value={chosen.to ?? ""}
        onChange={(event) => choose({ to: event.currentTarget.value })}
      />
      <NativeSelect
        label="Currency"
        value={currency}
        data={[{ value: "", label: "All" }, ...currencies]}
        onChange={(event) => choose({ currency: event.currentTarget.value })}
      />
      <NativeSelect
        label="Reconciliation"
        value={chosen.state ?? ""}
        data={[{ value: "", label: "All" }, ...stateChoices]}
        onChange={(event) => choose({ state: event.currentTarget.value })}
      />
    </div>
  );
}

const stateChoices = (Object.keys(stateWords) as PayoutJson["state"][]).map((value) => ({
  value,
  label: stateWords[value],
}));
