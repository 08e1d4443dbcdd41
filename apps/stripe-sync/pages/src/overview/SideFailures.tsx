import { FailedState, PortalLink, usePortal } from "@annex/portal";
import { useEffect, useRef } from "react";
import { useTotals } from "../queries.ts";
import { needsKey } from "../side-state.ts";
import { mayRead } from "./may-read.ts";

/** What to do when Stripe or the instance does not answer; at the top of the page, and brought into sight. */
export function SideFailures() {
  const { session } = usePortal();
  const totals = useTotals(mayRead(session));
  const failures = [totals.data?.stripe.failure, totals.data?.ledger.failure].filter(
    (failure) => failure !== undefined,
  );
  const place = useRef<HTMLDivElement>(null);
  const codes = failures.map((failure) => failure.code).join(" ");
  useEffect(() => {
    if (codes !== "") place.current?.scrollIntoView({ block: "nearest" });
  }, [codes]);
  if (failures.length === 0) return null;
  return (
    <div ref={place} className="stripe-failures">
      {failures.map((failure) => (
        <div key={failure.code} className="stripe-failure">
          <FailedState
            failure={failure}
            {...(needsKey(failure)
              ? {}
              : { onRetry: () => void totals.refetch(), retrying: totals.isFetching })}
          />
          {needsKey(failure) && <PortalLink to="/settings">Enter a key in the settings</PortalLink>}
        </div>
      ))}
    </div>
  );
}
