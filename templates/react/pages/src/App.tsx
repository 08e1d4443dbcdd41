import {
  ErrorState,
  isActive,
  LoadingState,
  Moment,
  Notice,
  Page,
  PermissionButton,
  Progress,
  Section,
  Shell,
  shortId,
  usePortal,
} from "@annex/portal";
import type { SurveyJson } from "../../src/portal-types.ts";
import { BalanceTable } from "./BalanceTable.tsx";
import { useOverview, useStartSurvey } from "./queries.ts";

/** The frame of the app with its one page. */
export function App() {
  const { session } = usePortal();
  const logo = <img src="/portal/logo.svg" alt="" width={24} height={24} />;
  return (
    <Shell
      name="__TITLE__"
      logo={logo}
      place={<code title={`Installed in ${session.instanceId}`}>{shortId(session.instanceId)}</code>}
      navigation={[{ label: "Balances", path: "/" }]}
    >
      <BalancesPage />
    </Shell>
  );
}

function BalancesPage() {
  const overview = useOverview();
  return (
    <Page title="Balances" description="As the last survey found them." actions={<LookAgain />}>
      {overview.isPending && <LoadingState label="Loading the balances" rows={8} />}
      {overview.error !== null && (
        <ErrorState error={overview.error} onRetry={() => void overview.refetch()} />
      )}
      {overview.data !== undefined && (
        <>
          {overview.data.survey !== undefined && <Survey survey={overview.data.survey} />}
          <Section title="All balances">
            <BalanceTable balances={overview.data.balances} />
          </Section>
        </>
      )}
    </Page>
  );
}

function LookAgain() {
  const start = useStartSurvey();
  return (
    <PermissionButton needs={["data:read"]} loading={start.isPending} onPress={() => start.mutate()}>
      Look again
    </PermissionButton>
  );
}

/** The survey under way, or when the last one was. */
function Survey({ survey }: { readonly survey: SurveyJson }) {
  if (isActive(survey.status))
    return <Progress label="Survey" done={survey.done} total={survey.total} message="Reading the balances" />;
  if (survey.failure !== undefined) return <Notice tone="danger">{survey.failure}</Notice>;
  return (
    <p>
      Last survey: <Moment at={survey.createdAt} />
    </p>
  );
}
