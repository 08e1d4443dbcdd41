/**
 * The pages of Stripe Sync: contract sections 7 (Launch) and 10 (Error states). They show what the app's portal API
 * answers (`../../src/portal-types.ts`) and do nothing else; the kit `@annex/portal` brings the session, the error
 * states and the look.
 *
 * Names that tests and screen readers find things by. They do not change without need:
 * - navigation "Stripe Sync pages": links "Overview", "Runs"
 * - page headings (level 1): "Overview", "Runs", "Sync, <when>", "Page not found"
 * - button "Sync now" (its description says why it is disabled), "Cancel run", "Retry run", "Refresh"
 * - navigation "What needs you": links "New findings <n>", "Failed <n>", "In progress <n>", "All runs <n>"
 * - page of the books of one key, its heading "<account>, <test|live> data"; box "Stripe account" on "Findings" and "Payouts"
 * - regions "Former keys", "Stripe and the ledger", "What needs you", "Current run" or "Latest run", "Connections", "Latest runs",
 *   "Missing permission", "Waiting"
 * - status badges "Ties in every currency", "Does not tie", "Does not tie yet" (before the first sync
 *   has ended), "Not compared"; per row "Ties", "Does not tie", "Does not tie yet"
 * - tables "Stripe and the ledger by currency", "Runs", "Objects of this run"; amounts are `<data value="minor units">`
 * - progress bar "Progress of the run"
 * - filters: groups "Status" and "State" (pressed buttons), boxes "Kind", "Currency", "Find an id"
 * - links of a run: "Sync, <date>"; buttons of an object: "Details of <Stripe id>", "Copy transaction <id>"
 * - error states: `[data-code="<code>"]` with role alert inside; buttons "Try again" or "Try again in <n> s"
 */
import { browserTab, type DashboardRecord, openSession, PortalProvider } from "@annex/portal";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import "./pages.css";

/** A transaction's page says what it was posted for; balances stand on the overview. */
function recordPath({ collection, id }: DashboardRecord): string {
  return collection === "transactions" ? `/transactions/${encodeURIComponent(id)}` : "/";
}

const session = openSession(browserTab(window));
const root = document.getElementById("root");

if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <PortalProvider session={session} recordPath={recordPath}>
        <App />
      </PortalProvider>
    </StrictMode>,
  );
}
