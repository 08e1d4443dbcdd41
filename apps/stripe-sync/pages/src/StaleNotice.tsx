import { Notice } from "@annex/portal";

/** Said above what was last known, while the app does not answer. */
export function StaleNotice() {
  return (
    <Notice tone="warning" title="The app does not answer at the moment">
      <p>What you see is the last known state. This page asks again by itself; a run goes on without it.</p>
    </Notice>
  );
}
