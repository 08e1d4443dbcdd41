import { Badge, EmptyState, ErrorState, LoadingState, Moment, Section, usePortal } from "@annex/portal";
import { Button } from "@mantine/core";
import type { TotalsJson } from "../../../src/portal-types.ts";
import { CurrencyTable, TieBadge } from "../CurrencyTable.tsx";
import { mayRead } from "../may-read.ts";
import { totalsNow, useTotals } from "../queries.ts";

/** Whether something was synced yet, and whether a run goes on. */
type Known = { readonly synced: boolean; readonly running: boolean };

/** Stripe against the ledger, currency by currency, as both answer now; whether all ties is said above, in a `TieLine`. */
export function Totals(props: Known) {
  const { session } = usePortal();
  const totals = useTotals(mayRead(session));
  const asked = totalsNow(totals);
  return (
    <Section
      title="Stripe and the ledger"
      description="What Stripe holds for you, compared with the ledger."
      actions={
        mayRead(session) && (
          <>
            {asked !== undefined && (
              <span className="stripe-dim">
                Asked <Moment at={asked.ledger.as_of} />
              </span>
            )}
            <Button
              variant="default"
              size="xs"
              loading={totals.isFetching}
              onClick={() => void totals.refetch()}
            >
              Refresh
            </Button>
          </>
        )
      }
    >
      {mayRead(session) ? (
        <TotalsContent query={totals} synced={props.synced} running={props.running} />
      ) : (
        <EmptyState title="Nothing can be compared">
          Without data:read this app cannot read the ledger. The top of this page says how to grant it.
        </EmptyState>
      )}
    </Section>
  );
}

/** Does it tie? In one line. */
export function TieLine({ synced, running }: Known) {
  const { session } = usePortal();
  const totals = totalsNow(useTotals(mayRead(session)));
  return (
    <p className="stripe-everything">
      <Tie totals={totals} pending={running || !synced} /> <span>Stripe and the ledger</span>
    </p>
  );
}

function Tie({ totals, pending }: { readonly totals: TotalsJson | undefined; readonly pending: boolean }) {
  if (totals?.equal === undefined) return <Badge tone="neutral">Not compared</Badge>;
  return <TieBadge currencies={totals.currencies} pending={pending} />;
}

/** Of what nobody has told it is not said that there is none. */
function NothingToCompare({ stripe }: Pick<TotalsJson, "stripe">) {
  return stripe.failure?.code === "no_stripe_key" ? (
    <EmptyState title="Nothing can be compared yet">Without a key nobody can ask Stripe.</EmptyState>
  ) : (
    <EmptyState title="Nothing can be compared now">
      The top of this page says who does not answer.
    </EmptyState>
  );
}

function TotalsContent(props: {
  readonly query: ReturnType<typeof useTotals>;
  readonly synced: boolean;
  readonly running: boolean;
}) {
  const { query } = props;
  const retry = () => void query.refetch();
  if (query.isError) return <ErrorState error={query.error} onRetry={retry} retrying={query.isFetching} />;
  if (query.data === undefined) return <LoadingState label="Asking Stripe and the ledger" rows={4} />;
  const answered = query.data.stripe.ok && query.data.ledger.ok;
  return (
    <>
      {!props.synced && !props.running && answered && (
        <p className="stripe-dim">This installation has not synced yet.</p>
      )}
      {query.data.currencies.length === 0 && !answered ? (
        <NothingToCompare stripe={query.data.stripe} />
      ) : (
        <CurrencyTable
          label="Stripe and the ledger by currency"
          currencies={query.data.currencies}
          pending={props.running || !props.synced}
        />
      )}
    </>
  );
}
