/** Background work: lists, pages, and each of their parts in each state of a run. */
import {
  CancelRun,
  CurrentRun,
  Elapsed,
  FindingList,
  FindingWords,
  LatestRuns,
  MemberName,
  NextRun,
  PortalLink,
  RetryRun,
  RunCause,
  RunFailure,
  RunList,
  RunPage,
  RunProgress,
  RunStatusBadge,
  RunsPage,
  RunWaiting,
  StartButton,
} from "@annex/portal";
import type { RunDetailAnswer } from "@annex/protocol";
import { answer, everyRun, job, otherJob, refusals, runs } from "./answers.ts";
import type { Piece } from "./pieces.ts";
import { type Answers, Scenario } from "./Scenario.tsx";

const jobs = answer({ jobs: [job], kept_days: 90 });
const list = answer({ data: everyRun, next: "run_next" });

const phases = { names: ["Read", "Post", "Check"], current: "Post" };

const inScenario = (name: string, answers: Answers, children: React.ReactNode): Piece => ({
  name,
  show: <Scenario answers={answers}>{children}</Scenario>,
});

const page = (run: RunDetailAnswer, name: string): Piece =>
  inScenario(
    `RunPage: ${name}`,
    { "/api/runs": answer(run), "/api/jobs": jobs },
    <RunPage runId={run.run_id} phases={() => phases} summary={() => <p>480 objects: 480 posted.</p>} />,
  );

const findings = Array.from({ length: 7 }, (_, index) => ({
  error: "The ledger has another amount under this reference.",
  next: "Look who posted it, then correct it there.",
  object_id: `txn_1P${index}kQ2eZvKYlo2C`,
}));

export const runPieces: readonly Piece[] = [
  inScenario(
    "RunsPage: two jobs",
    { "/api/jobs": answer({ jobs: [job, otherJob], kept_days: 90 }), "/api/runs": list },
    <RunsPage actions={<StartButton job="import-pay-ins">Import now</StartButton>} />,
  ),
  {
    name: "RunList: stale, and nothing found",
    show: (
      <Scenario>
        <RunList
          runs={{
            rows: [runs.completed],
            error: refusals.away.refusal,
            loading: false,
            refetch: () => undefined,
          }}
        />
        <RunList
          runs={{ rows: [], error: undefined, loading: false, refetch: () => undefined }}
          label="Failed runs"
          filtered
        />
      </Scenario>
    ),
  },
  page(runs.queued, "queued"),
  page(runs.putOff, "put off"),
  page(runs.running, "running"),
  page(runs.reading, "running, without a total"),
  page(runs.limited, "waiting for a limit"),
  page(runs.stopped, "waiting for a stopped instance"),
  page(runs.failed, "a provider is away"),
  page(runs.uncertain, "nobody knows whether it happened"),
  page(runs.forbidden, "without the right to retry"),
  page(runs.cancelled, "cancelled"),
  page(runs.completed, "completed"),
  inScenario("RunPage: not there", { "/api/runs": refusals.notFound }, <RunPage runId="run_gone" />),
  inScenario("LatestRuns", { "/api/runs": list }, <LatestRuns />),
  ...[runs.running, runs.limited, runs.completed].map((run) => ({
    name: `CurrentRun: ${run.run_id}`,
    show: (
      <Scenario>
        <CurrentRun run={run} phases={phases}>
          <p>480 objects: 120 posted, 360 waiting.</p>
        </CurrentRun>
      </Scenario>
    ),
  })),
  inScenario(
    "StartButton: may, may not, failed",
    { "/api/jobs": answer({ jobs: [job], kept_days: 90 }) },
    <StartButton job="import-pay-ins">Import now</StartButton>,
  ),
  inScenario(
    "StartButton: a run is under way",
    {
      "/api/jobs": answer({
        jobs: [
          {
            ...job,
            start: {
              allowed: false,
              code: "run_active",
              reason: "A run is under way.",
              next: "Wait for it to end, or cancel it.",
            },
          },
        ],
        kept_days: 90,
      }),
    },
    <StartButton job="import-pay-ins">Import now</StartButton>,
  ),
  {
    name: "MemberName: the reader, another",
    show: (
      <Scenario>
        <div className="gallery__row">
          <MemberName id="user_4f1c" alone />
          <MemberName id="user_4f0c3a52-1d6e-4f0b-9a35-7c2f1f2e9b10" alone />
        </div>
      </Scenario>
    ),
  },
  {
    name: "RunStatusBadge, RunCause, Elapsed",
    show: (
      <Scenario>
        {everyRun.map((run) => (
          <div key={run.run_id} className="gallery__row">
            <RunStatusBadge run={run} />
            <RunCause cause={run.cause} />
            {run.started_at !== undefined && <Elapsed run={run} />}
          </div>
        ))}
      </Scenario>
    ),
  },
  {
    name: "RunProgress, RunWaiting, RunFailure, CancelRun, RetryRun",
    show: (
      <Scenario>
        <RunProgress run={runs.running} phases={phases} />
        <RunWaiting run={runs.stopped} />
        <RunFailure run={runs.uncertain} />
        <RunFailure run={runs.failed} wayOut={() => <PortalLink to="/settings">Enter a key</PortalLink>} />
        <CancelRun run={runs.running} />
        <RetryRun run={runs.cancelled} />
      </Scenario>
    ),
  },
  {
    name: "NextRun",
    show: (
      <Scenario>
        <NextRun job={job} />
      </Scenario>
    ),
  },
  {
    name: "FindingList",
    show: (
      <Scenario>
        <FindingList
          findings={[
            ...findings,
            { error: "EUR differs by 10.00.", next: "Look at the other findings first." },
          ]}
          idLabel="Stripe id"
          link={() => <a href="#FindingList">Open</a>}
        />
        <FindingWords finding={{ error: "A new type.", next: "Nothing has to be done." }} />
      </Scenario>
    ),
  },
];
