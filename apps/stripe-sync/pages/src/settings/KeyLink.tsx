import { PortalLink } from "@annex/portal";
import type { FailureJson } from "../../../src/portal-types.ts";
import { needsKey } from "../side-state.ts";

/** The way to the settings out of a failure that only another key helps; nothing for any other. */
export function KeyLink({ failure }: { readonly failure: Pick<FailureJson, "code"> }) {
  if (!needsKey(failure)) return null;
  return (
    <p>
      <PortalLink to="/settings">Enter a key in the settings</PortalLink>
    </p>
  );
}
