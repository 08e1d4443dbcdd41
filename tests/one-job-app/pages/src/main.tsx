import {
  browserTab,
  matchPath,
  NextRun,
  openSession,
  PortalProvider,
  RunPage,
  RunsPage,
  Shell,
  StartButton,
  useJob,
  usePortal,
  useRoute,
} from "@annex/portal";
import { createRoot } from "react-dom/client";

function App() {
  const { session } = usePortal();
  const { path } = useRoute();
  const run = matchPath("/runs/:id", path)?.["id"];
  return (
    <Shell name="One job" logo={null} place={session.instanceId} navigation={[{ label: "Runs", path: "/" }]}>
      {run === undefined ? <Runs /> : <RunPage key={run} runId={run} />}
    </Shell>
  );
}

function Runs() {
  const job = useJob("count");
  return (
    <RunsPage
      description={job && <NextRun job={job} />}
      actions={<StartButton job="count">Count now</StartButton>}
    />
  );
}

const root = document.getElementById("root");
if (root !== null)
  createRoot(root).render(
    <PortalProvider session={openSession(browserTab(window))}>
      <App />
    </PortalProvider>,
  );
