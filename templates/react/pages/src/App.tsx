import {
  CurrentRun,
  ErrorState,
  LoadingState,
  matchPath,
  NextRun,
  Page,
  RunPage,
  RunsPage,
  Section,
  Shell,
  StartButton,
  shortId,
  useJob,
  usePortal,
  useRefreshAfterRun,
  useRoute,
} from "@annex/portal";
import { BalanceTable } from "./BalanceTable.tsx";
import { useOverview } from "./queries.ts";

/** The frame of the app, and the page that the address names. */
export function App() {
  const { session } = usePortal();
  const logo = <img src="/portal/logo.svg" alt="" width={24} height={24} />;
  return (
    <Shell
      name="__TITLE__"
      logo={logo}
      place={<code title={`Installed in ${session.instanceId}`}>{shortId(session.instanceId)}</code>}
      navigation={[
        { label: "Balances", path: "/" },
        { label: "Runs", path: "/runs", within: (path) => path.startsWith("/runs") },
      ]}
    >
      <CurrentPage />
    </Shell>
  );
}

/** The kit's links of runs lead to `/runs/:id`. */
function CurrentPage() {
  const { path } = useRoute();
  const runId = matchPath("/runs/:id", path)?.["id"];
  if (runId !== undefined) return <RunPage key={runId} runId={runId} />;
  return path === "/runs" ? <SurveysPage /> : <BalancesPage />;
}

function BalancesPage() {
  const job = useJob("survey");
  const overview = useOverview(job?.active_run !== undefined);
  useRefreshAfterRun(job?.active_run?.status);
  const survey = job?.active_run ?? job?.last_run;
  return (
    <Page title="Balances" description="As the last survey found them." actions={<LookAgain />}>
      {overview.isPending && <LoadingState label="Loading the balances" rows={8} />}
      {overview.error !== null && (
        <ErrorState error={overview.error} onRetry={() => void overview.refetch()} />
      )}
      {overview.data !== undefined && (
        <Section title="All balances">
          <BalanceTable balances={overview.data.balances} />
        </Section>
      )}
      {survey !== undefined && <CurrentRun run={survey} />}
    </Page>
  );
}

function SurveysPage() {
  const job = useJob("survey");
  return <RunsPage description={job && <NextRun job={job} />} actions={<LookAgain />} />;
}

/** Says why it cannot be pressed: a permission that was not granted, a survey that is under way. */
function LookAgain() {
  return <StartButton job="survey">Look again</StartButton>;
}
