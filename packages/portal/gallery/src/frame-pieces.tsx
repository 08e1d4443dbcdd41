/** The frame of a portal page, its permissions, its refusals, and the end of its session. */
import {
  ActionButton,
  Choices,
  ErrorState,
  FailedState,
  MissingPermissionNotice,
  Page,
  PermissionButton,
  PermissionGate,
  PortalLink,
  Progress,
  RecordLink,
  Section,
  Shell,
  StaleNotice,
  StatTile,
  StatTiles,
  StatusBadge,
} from "@annex/portal";
import { errorStateCodes, runStatuses } from "@annex/protocol";
import { DashboardContext, noDashboard } from "../../src/dashboard/dashboard.ts";
import { SessionEnded } from "../../src/provider/SessionEnded.tsx";
import { errorFromAnswer } from "../../src/refusals/portal-error.ts";
import { RemedySteps } from "../../src/states/RemedySteps.tsx";
import { refusals } from "./answers.ts";
import type { Piece } from "./pieces.ts";
import { Scenario } from "./Scenario.tsx";

const refused = (code: string) =>
  errorFromAnswer(code === "rate_limited" ? 429 : 403, {
    code,
    reference: "ref_0123456789abcdef",
    provider: "Stripe",
    ...(code === "missing_permission" ? { required_scope: "data:write", purpose: "to post pay-ins" } : {}),
  });

const readOnly = {
  granted_permissions: ["data:read"],
  permissions: [
    { scope: "data:read", granted: true },
    { scope: "data:write", granted: false, purpose: "to post what it imports" },
  ],
};

const transaction = "txn_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f";
const nothing = () => undefined;

export const framePieces: readonly Piece[] = [
  {
    name: "Shell, Page, Section, StatTiles",
    show: (
      <Scenario>
        <Shell
          name="Pay-ins"
          logo={<span aria-hidden="true">◆</span>}
          place={<code>inst_5ce86029…4c4f</code>}
          navigation={[
            { label: "Overview", path: "/" },
            { label: "Runs", path: "/runs" },
            { label: "Settings", path: "/settings" },
          ]}
        >
          <Page
            title="Overview"
            description="What came in, posted to the ledger."
            mark={<StatusBadge status="completed" />}
            back={{ label: "Runs", path: "/runs" }}
            actions={<PortalLink to="/runs">All runs</PortalLink>}
          >
            <StatTiles label="Runs by status">
              <StatTile label="All runs" value={12480} to="/runs" />
              <StatTile label="Completed" value={12470} tone="success" to="/runs?status=completed" />
              <StatTile label="In progress" value={2} tone="info" to="/runs?status=running" />
              <StatTile label="Failed" value={8} tone="danger" to="/runs?status=failed" />
            </StatTiles>
            <Section
              title="A section"
              description="What it is for."
              actions={<PortalLink to="/">More</PortalLink>}
            >
              <p>Its content.</p>
            </Section>
          </Page>
        </Shell>
      </Scenario>
    ),
  },
  {
    name: "Choices",
    show: (
      <Choices
        label="Status"
        choices={[
          { value: "", label: "All", count: 12480 },
          { value: "failed", label: "Failed", count: 3 },
          { value: "none", label: "Cancelled" },
        ]}
        value="failed"
        onChoose={nothing}
      />
    ),
  },
  {
    name: "PermissionButton, ActionButton: granted, blocked",
    show: (
      <div className="gallery__row">
        <Scenario>
          <PermissionButton needs={["data:write"]} onPress={nothing}>
            Import now
          </PermissionButton>
          <PermissionButton needs={[]} blocked="A run is under way." onPress={nothing}>
            Import now
          </PermissionButton>
        </Scenario>
        <ActionButton action={{ allowed: true }} onPress={nothing}>
          Approve
        </ActionButton>
      </div>
    ),
  },
  {
    name: "MissingPermissionNotice, PermissionGate",
    show: (
      <Scenario session={readOnly}>
        <MissingPermissionNotice
          missing={[
            { scope: "data:read", purpose: "to list what there is" },
            { scope: "alerts:write", purpose: "Flags disputes" },
          ]}
        />
        <PermissionGate needs={["data:read"]}>
          <p>Shown with data:read.</p>
        </PermissionGate>
      </Scenario>
    ),
  },
  ...errorStateCodes.map((code) => ({
    name: `ErrorState: ${code}`,
    show: <ErrorState error={refused(code)} onRetry={nothing} />,
  })),
  {
    name: "ErrorState: of the app itself, and of the page",
    show: (
      <>
        <ErrorState error={refusals.notFound.refusal} />
        <ErrorState error={new Error("A mistake of the page")} size="page" onRetry={nothing} />
      </>
    ),
  },
  {
    name: "FailedState, RemedySteps",
    show: (
      <>
        <FailedState
          failure={{
            code: "provider_unreachable",
            error: "Stripe cannot be reached.",
            next: "Try again.",
            provider: "Stripe",
          }}
          onRetry={nothing}
          retryLabel="Retry run"
        />
        <RemedySteps steps={["Open the Apps library.", "Press Launch app."]} />
      </>
    ),
  },
  {
    name: "RecordLink: within a dashboard, and without one",
    show: (
      <div className="gallery__row">
        <DashboardContext value={{ ...noDashboard, addressOf: ({ id }) => `#${id}` }}>
          <RecordLink collection="transactions" id={transaction} label="transaction" />
          <RecordLink collection="transactions" id={transaction} label="whole transaction" whole />
        </DashboardContext>
        <RecordLink collection="transactions" id={transaction} label="transaction alone" />
      </div>
    ),
  },
  {
    name: "StaleNotice",
    show: <StaleNotice error={refusals.away.refusal} />,
  },
  {
    name: "SessionEnded",
    show: (
      <SessionEnded
        error={refused("session_expired")}
        session={{
          userId: "user_4f1c",
          installedAppId: "instapp_gallery",
          instanceId: "inst_1",
          permissions: [],
          appName: "Pay-ins",
          development: false,
        }}
      >
        <p>What was shown when the session ended.</p>
      </SessionEnded>
    ),
  },
  {
    name: "StatusBadge",
    show: (
      <div className="gallery__row">
        {runStatuses.map((status) => (
          <StatusBadge key={status} status={status} />
        ))}
      </div>
    ),
  },
  {
    name: "Progress: known, not known",
    show: (
      <>
        <Progress label="With a total" done={120} total={480} message="Posting to the ledger" />
        <Progress label="Without a total" done={1200} message="Reading" />
      </>
    ),
  },
];
