import { EmptyState, FailedState, PortalLink, usePortal } from "@annex/portal";
import { useEffect, useRef } from "react";
import type { FailureJson } from "../../../src/portal-types.ts";
import { mayRead } from "../may-read.ts";
import { useTotals } from "../queries.ts";
import { KeyLink } from "../settings/KeyLink.tsx";
import { needsKey } from "../side-state.ts";

/**
 * What to do when Stripe or the instance does not answer; at the top of the page, and brought into sight.
 *
 * @param props.told the code of a failure that stands on the page already
 */
export function SideFailures({ told }: { readonly told: string | undefined }) {
  const { session } = usePortal();
  const totals = useTotals(mayRead(session));
  const failures = [totals.data?.stripe.failure, totals.data?.ledger.failure].filter(
    (failure) => failure !== undefined && failure.code !== told,
  ) as readonly FailureJson[];
  const place = useRef<HTMLDivElement>(null);
  const codes = failures.map((failure) => failure.code).join(" ");
  useEffect(() => {
    if (codes !== "") place.current?.scrollIntoView({ block: "nearest" });
  }, [codes]);
  if (failures.length === 0) return null;
  return (
    <div ref={place} className="stripe-failures">
      {failures.map((failure) =>
        failure.code === "no_stripe_key" ? (
          <NoKeyYet key={failure.code} failure={failure} />
        ) : (
          <div key={failure.code} className="stripe-failure">
            <FailedState
              failure={failure}
              {...(needsKey(failure)
                ? {}
                : { onRetry: () => void totals.refetch(), retrying: totals.isFetching })}
            />
            <KeyLink failure={failure} />
          </div>
        ),
      )}
    </div>
  );
}

/** Nothing has failed: it has not begun. */
function NoKeyYet({ failure }: { readonly failure: FailureJson }) {
  return (
    <EmptyState
      title={failure.error}
      action={
        <PortalLink to="/settings" className="stripe-linkbutton">
          Enter a key in the settings
        </PortalLink>
      }
    >
      {failure.next}
    </EmptyState>
  );
}
