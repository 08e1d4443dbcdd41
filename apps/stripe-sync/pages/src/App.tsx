import { EmptyState, matchPath, Page, PortalLink, Shell, shortId, usePortal, useRoute } from "@annex/portal";
import { BooksPage } from "./books/BooksPage.tsx";
import { FindingsPage } from "./findings/FindingsPage.tsx";
import { Logo } from "./Logo.tsx";
import { ObjectPage } from "./object/ObjectPage.tsx";
import { OverviewPage } from "./overview/OverviewPage.tsx";
import { PayoutPage } from "./payouts/PayoutPage.tsx";
import { PayoutsPage } from "./payouts/PayoutsPage.tsx";
import { RunPage } from "./run/RunPage.tsx";
import { RunsPage } from "./runs/RunsPage.tsx";
import { SettingsPage } from "./settings/SettingsPage.tsx";

const navigation = [
  { label: "Overview", path: "/" },
  { label: "Runs", path: "/runs", within: (path: string) => path.startsWith("/runs") },
  { label: "Findings", path: "/findings" },
  { label: "Payouts", path: "/payouts", within: (path: string) => path.startsWith("/payouts") },
  { label: "Settings", path: "/settings" },
];

/** The frame of the app and the page that the address names. */
export function App() {
  const { session } = usePortal();
  return (
    <Shell
      name="Stripe Sync"
      logo={<Logo />}
      navigation={navigation}
      place={
        <span className="stripe-instance" title={`Installed in instance ${session.instanceId}`}>
          <span className="stripe-instance__word">Instance </span>
          <code>{shortId(session.instanceId)}</code>
        </span>
      }
    >
      <CurrentPage />
    </Shell>
  );
}

function CurrentPage() {
  const { path } = useRoute();
  if (path === "/") return <OverviewPage />;
  if (path === "/runs") return <RunsPage />;
  if (path === "/findings") return <FindingsPage />;
  if (path === "/payouts") return <PayoutsPage />;
  if (path === "/settings") return <SettingsPage />;
  const books = matchPath("/books/:name", path)?.["name"];
  if (books !== undefined) return <BooksPage key={books} name={books} />;
  const payout = matchPath("/payouts/:time/:id", path);
  if (payout !== undefined) {
    const key = `${payout["time"]}/${payout["id"]}`;
    return <PayoutPage key={key} payoutKey={key} />;
  }
  const object = matchPath("/objects/:time/:id", path);
  if (object !== undefined) return <ObjectPage path={`/api/objects/${object["time"]}/${object["id"]}`} />;
  const transaction = matchPath("/transactions/:id", path)?.["id"];
  if (transaction !== undefined) return <ObjectPage path={`/api/transactions/${transaction}/object`} />;
  const run = matchPath("/runs/:id", path)?.["id"];
  return run === undefined ? <UnknownPage /> : <RunPage key={run} runId={run} />;
}

function UnknownPage() {
  return (
    <Page title="Page not found">
      <EmptyState
        title="There is no page at this address"
        action={<PortalLink to="/">Go to the overview</PortalLink>}
      />
    </Page>
  );
}
