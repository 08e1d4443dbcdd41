import { Notice } from "@annex/ui";
import { asPortalError } from "../refusals/portal-error.ts";
import { remedyFor } from "../refusals/remedies.ts";

/**
 * Said above what was last known, while the app does not answer; nothing without an error. How old it is cannot be
 * told apart from how old it looks, so it says that it is not asked successfully now.
 *
 * @param props.error what the last try to refresh has thrown
 *
 * @example
 * ```tsx
 * <StaleNotice error={balances.error} />
 * ```
 */
export function StaleNotice({ error }: { readonly error: unknown }) {
  if (error === undefined || error === null) return null;
  const { details } = asPortalError(error);
  // The session's end is said for the whole page.
  if (remedyFor(details).endsPage) return null;
  return (
    <Notice tone="warning" title="This could not be refreshed">
      <p>
        {details.whatHappened} What you see is the last known state. This page asks again by itself; a run
        goes on without it.
      </p>
    </Notice>
  );
}
