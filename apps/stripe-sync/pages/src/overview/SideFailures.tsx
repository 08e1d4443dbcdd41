import { FailedState, usePortal } from "@annex/portal";
import { useTotals } from "../queries.ts";
import { mayRead } from "./may-read.ts";

/** What to do when Stripe or the instance does not answer; at the top of the page, where it is seen at once. */
export function SideFailures() {
  const { session } = usePortal();
  const totals = useTotals(mayRead(session));
  const failures = [totals.data?.stripe.failure, totals.data?.ledger.failure];
  return failures.map(
    (failure) =>
      failure !== undefined && (
        <FailedState
          key={failure.code}
          failure={failure}
          onRetry={() => void totals.refetch()}
          retrying={totals.isFetching}
        />
      ),
  );
}
