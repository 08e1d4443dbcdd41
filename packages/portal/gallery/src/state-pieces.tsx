/** Every part in every state that `states.ts` says it can be in; a part or a state too few does not compile. */
import {
  ActionButton,
  CancelRun,
  Choices,
  CurrentRun,
  Elapsed,
  ErrorState,
  FailedState,
  FindingList,
  FindingWords,
  LatestRuns,
  MemberName,
  MissingPermissionNotice,
  NextRun,
  Page,
  PermissionButton,
  PermissionGate,
  PortalLink,
  Progress,
  RecordLink,
  RetryRun,
  RunCause,
  RunFailure,
  RunList,
  RunPage,
  RunProgress,
  RunStatusBadge,
  RunsPage,
  RunTable,
  RunWaiting,
  Section,
  Shell,
  StaleNotice,
  StartButton,
  StatTile,
  StatTiles,
  usePortalQuery,
} from "@annex/portal";
import type { ActionAnswer, JobAnswer, RunDetailAnswer } from "@annex/protocol";
import {
  Amount,
  Badge,
  CodeBlock,
  type Column,
  CopyableId,
  CopyButton,
  DataTable,
  EmptyState,
  FailureState,
  HttpStatus,
  Identifier,
  Integer,
  JsonTree,
  LoadingState,
  Moment,
  Money,
  NoPermission,
  NothingFound,
  Notice,
  ShortId,
  StepPlot,
  TableFoot,
} from "@annex/ui";
import { type ReactNode, useEffect } from "react";
import { answer, everyRun, job, otherJob, refusals, runs } from "./answers.ts";
import type { Piece } from "./pieces.ts";
import { type Answers, Scenario } from "./Scenario.tsx";
import { type State, stateName, type statesOf } from "./states.ts";

const nothing = () => undefined;
const name =
  "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft mbH & Co. KG, Wien";
const sentence = `${name} has another amount under this reference than the ledger does, and nobody has said which is right.`;
const address = `https://accounting.example/${"a-word-without-any-place-to-break-".repeat(4)}`;
const id = `txn_${"5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f".repeat(3)}`;
const amount = "-123456789012345678901234";
const may: ActionAnswer = { allowed: true };
const mayNot: ActionAnswer = {
  allowed: false,
  code: "action_not_allowed",
  reason: "You may not do this in this app.",
  next: "Ask whoever runs the app in your workspace.",
};
const words = { code: "app_failed", title: name, whatHappened: sentence, whatToDo: address, reference: id };
const failure = {
  code: "provider_unreachable",
  error: sentence,
  next: address,
  reference: id,
  provider: name,
};
const finding = { error: sentence, next: address, object_id: id };
const purpose = { scope: "data:write", purpose: `to post what ${name} sends` } as const;

const longJob: JobAnswer = {
  ...job,
  title: name,
  schedules: job.schedules.map((schedule) => ({ ...schedule, schedule: name })),
};
const longRun: RunDetailAnswer = {
  ...runs.failed,
  run_id: id,
  title: name,
  cause: { by: "outside", from: name },
  error: failure,
};
const longWaiting: RunDetailAnswer = { ...runs.limited, error: { ...failure, code: "rate_limited" } };
const longRunning: RunDetailAnswer = {
  ...runs.running,
  cause: { by: "outside", from: name },
  progress: { done: 123_456_789, total: 987_654_321, message: sentence },
};
const noRight: RunDetailAnswer = { ...runs.running, actions: { retry: mayNot, cancel: mayNot } };
const neverRan = { ...job, counts: otherJob.counts, schedules: [] };
const manyRuns = Array.from({ length: 300 }, (_, number) => ({
  ...(everyRun[number % everyRun.length] as RunDetailAnswer),
  run_id: `run_${number}`,
}));
const jobs = (...all: readonly JobAnswer[]) => answer({ jobs: all, kept_days: 90 });
const listed = (data: readonly RunDetailAnswer[], next?: string) =>
  answer({ data, ...(next === undefined ? {} : { next }) });
const shown = { error: undefined, loading: false, refetch: nothing };
const refusedList = { "/api/jobs": jobs(job), "/api/runs": refusals.permission };
const readOnly = {
  granted_permissions: ["data:read"],
  permissions: [{ scope: "data:write", granted: false, purpose: purpose.purpose }],
};

type Row = { readonly id: string; readonly what: string };
const columns: readonly Column<Row>[] = [
  { key: "what", heading: "What", part: "lead", cell: ({ what }) => what, sortValue: ({ what }) => what },
  { key: "id", heading: "Id", priority: 1, cell: (row) => <CopyableId id={row.id} label="transaction" /> },
  {
    key: "amount",
    heading: "Amount",
    align: "end",
    width: 170,
    cell: () => <Money minor={amount} decimals={2} currency="EUR" aligned />,
  },
];
const table = (rows: readonly Row[], loading = false) => (
  <DataTable
    label={`${rows.length} movements`}
    columns={columns}
    rows={rows}
    rowKey={(row) => row.id}
    {...(loading ? { more: { load: nothing, loading } } : {})}
    empty={<EmptyState title="No movement yet" />}
  />
);
const rowsOf = (count: number, what: string): readonly Row[] =>
  Array.from({ length: count }, (_, number) => ({ id: `${number} ${id}`, what }));

const foot = (total: number, more = false) => (
  <TableFoot
    label={`${total} movements`}
    range={{
      page: 1,
      pages: Math.max(1, Math.ceil(total / 25)),
      first: total === 0 ? 0 : 1,
      last: Math.min(25, total),
      total,
    }}
    more={more ? { load: nothing, loading: true } : undefined}
    onPage={nothing}
  >
    {more ? undefined : total === 61 ? `Sum ${amount} ${name}` : "Sum 0.00 EUR"}
  </TableFoot>
);

const plot = (amounts: readonly bigint[], label: string) => (
  <StepPlot
    label={label}
    steps={amounts.map((each, day) => ({ at: new Date(Date.UTC(2026, 0, 1 + day)), amount: each }))}
    until={new Date(Date.UTC(2027, 6, 1))}
    amountText={(each) => `${each} minor units`}
    momentText={(at) => at.toISOString().slice(0, 10)}
  />
);

const within = (answers: Answers, children: ReactNode) => <Scenario answers={answers}>{children}</Scenario>;

/** A page whose content could not be asked again, or is not there yet. */
function PageOf({ path }: { readonly path: string }) {
  const { data, isError, refetch } = usePortalQuery<string>(path);
  const isThere = data !== undefined;
  // Asked again at once, as it would be a while later.
  useEffect(() => {
    if (isThere) void refetch();
  }, [isThere, refetch]);
  return (
    <Page title="Balances" description="What there is of each.">
      {data ?? (isError ? <p>What was known last.</p> : <LoadingState label="Loading the balances" />)}
    </Page>
  );
}

/** Refused once it is pressed, which the gallery's test does. */
const startRefused = { "/api/jobs/import-pay-ins": refusals.away, "/api/jobs": jobs(job) };

const shell = (appName: string, pages: readonly string[]) => (
  <Shell
    name={appName}
    logo={<span aria-hidden="true">◆</span>}
    place={<code>{id}</code>}
    navigation={pages.map((label, number) => ({ label, path: `/${number}` }))}
  >
    <p>Its page.</p>
  </Shell>
);

type Shown = {
  readonly [Part in keyof typeof statesOf]: { readonly [S in (typeof statesOf)[Part][number]]: ReactNode };
};

const all: Shown = {
  ActionButton: {
    loading: (
      <ActionButton action={may} loading onPress={nothing}>
        Approve
      </ActionButton>
    ),
    refused: (
      <ActionButton action={mayNot} onPress={nothing}>
        Approve
      </ActionButton>
    ),
    long: (
      <ActionButton action={{ ...mayNot, reason: sentence }} onPress={nothing}>
        Approve
      </ActionButton>
    ),
  },
  Amount: {
    empty: <Amount minorUnits="1050" precision={undefined} currency="USD" />,
    long: <Amount minorUnits={amount} precision="100" currency="USD" />,
  },
  Badge: { long: <Badge tone="warning">{name}</Badge> },
  CancelRun: {
    error: within({ "/api/runs": refusals.away }, <CancelRun run={runs.running} />),
    refused: within({}, <CancelRun run={noRight} />),
  },
  Choices: {
    empty: <Choices label="Status" choices={[]} value="" onChoose={nothing} />,
    long: (
      <Choices
        label="Customer"
        choices={[
          { value: "", label: name, count: 123_456_789 },
          { value: "other", label: "Other" },
        ]}
        value=""
        onChoose={nothing}
      />
    ),
    many: (
      <Choices
        label="Currency"
        choices={rowsOf(30, "EUR").map((row, number) => ({
          value: row.id,
          label: `Currency ${number}`,
          count: number,
        }))}
        value=""
        onChoose={nothing}
      />
    ),
  },
  CodeBlock: {
    empty: <CodeBlock text="" name="no body" />,
    long: <CodeBlock text={JSON.stringify({ [name]: address })} name="long body" />,
    many: <CodeBlock text={JSON.stringify(rowsOf(8, "a line"))} name="body of many lines" />,
  },
  CopyableId: { long: <CopyableId id={id} label="transaction" whole /> },
  CopyButton: { long: <CopyButton value={id} name={name} /> },
  CurrentRun: {
    empty: within({}, <CurrentRun run={runs.queued} />),
    error: within({}, <CurrentRun run={runs.failed} />),
    refused: within({}, <CurrentRun run={noRight} />),
    long: within(
      {},
      <CurrentRun run={longRunning}>
        <p>{sentence}</p>
      </CurrentRun>,
    ),
  },
  DataTable: {
    empty: table([]),
    loading: table(rowsOf(2, "A movement"), true),
    long: table(rowsOf(3, name)),
    many: table(rowsOf(5000, "A movement")),
  },
  Elapsed: {
    empty: <Elapsed run={runs.queued} />,
    long: <Elapsed run={{ ...runs.completed, started_at: "2026-11-01T00:00:00.000Z" }} />,
  },
  EmptyState: {
    long: (
      <EmptyState title={name} action={<a href={address}>{address}</a>}>
        {sentence}
      </EmptyState>
    ),
  },
  ErrorState: {
    loading: <ErrorState error={refusals.away.refusal} onRetry={nothing} retrying />,
    refused: <ErrorState error={refusals.permission.refusal} onRetry={nothing} />,
    long: <ErrorState error={refusals.long.refusal} onRetry={nothing} />,
  },
  FailedState: {
    loading: (
      <FailedState
        failure={{ ...failure, error: "Stripe cannot be reached.", next: "Try again.", provider: "Stripe" }}
        onRetry={nothing}
        retrying
      />
    ),
    refused: <FailedState failure={runs.forbidden.error} />,
    long: <FailedState failure={failure} onRetry={nothing} />,
  },
  FailureState: { long: <FailureState words={words} /> },
  FindingList: {
    empty: <FindingList findings={[]} />,
    long: <FindingList findings={[finding]} idLabel="Stripe id" actions={<a href={address}>{name}</a>} />,
    many: (
      <FindingList
        findings={rowsOf(30, "").map((row) => ({
          ...finding,
          error: "It differs.",
          next: "Look.",
          object_id: row.id,
        }))}
        all={12_480}
      />
    ),
  },
  FindingWords: { long: <FindingWords finding={finding} /> },
  HttpStatus: { empty: <HttpStatus status={null} /> },
  Identifier: { long: <Identifier id={id} /> },
  Integer: { long: <Integer value={amount} /> },
  JsonTree: {
    empty: <JsonTree value={{}} label="No metadata" />,
    long: <JsonTree value={{ [name]: { [address]: amount } }} label="Long metadata" />,
    many: <JsonTree value={{ list: rowsOf(6, "a row") }} label="Much metadata" />,
  },
  LatestRuns: {
    empty: within({ "/api/runs": listed([]) }, <LatestRuns />),
    loading: within({}, <LatestRuns />),
    error: within({ "/api/runs": refusals.away }, <LatestRuns />),
    refused: within(refusedList, <LatestRuns />),
    long: within({ "/api/runs": listed([longRun]) }, <LatestRuns />),
    many: within({ "/api/runs": listed(manyRuns, "more") }, <LatestRuns />),
  },
  LoadingState: { many: <LoadingState label="Loading very much" rows={12} /> },
  MemberName: {
    empty: within({}, <MemberName id={undefined} alone />),
    long: within({}, <MemberName id={id} alone />),
  },
  MissingPermissionNotice: {
    empty: <MissingPermissionNotice missing={[]} />,
    long: <MissingPermissionNotice missing={[purpose]} />,
    many: (
      <MissingPermissionNotice
        missing={[
          purpose,
          { scope: "data:read", purpose: "to look" },
          { scope: "alerts:write", purpose: "to warn" },
        ]}
      />
    ),
  },
  Moment: { empty: <Moment at={undefined} /> },
  Money: { long: <Money minor={amount} decimals={2} currency="EUR" signed /> },
  NextRun: {
    empty: <NextRun job={neverRan} />,
    long: <NextRun job={longJob} />,
    many: (
      <NextRun
        job={{
          schedules: rowsOf(12, "").map((_row, number) => ({
            ...(job.schedules[0] as JobAnswer["schedules"][number]),
            schedule: `at ${number} o’clock`,
          })),
        }}
      />
    ),
  },
  NoPermission: { long: <NoPermission title={name}>{sentence}</NoPermission> },
  NothingFound: { long: <NothingFound title={name}>{sentence}</NothingFound> },
  Notice: {
    long: (
      <Notice tone="danger" title={name} actions={<a href={address}>{name}</a>}>
        <p>
          {sentence} {address}
        </p>
      </Notice>
    ),
  },
  Page: {
    loading: within({}, <PageOf path="/api/balances" />),
    error: within(
      { "/api/balances": { first: "100.00 EUR", refusal: refusals.away.refusal } },
      <PageOf path="/api/balances" />,
    ),
    long: within(
      {},
      <Page
        title={name}
        description={sentence}
        mark={<Badge tone="info">{name}</Badge>}
        back={{ label: name, path: "/" }}
        actions={<a href={address}>{name}</a>}
      >
        <p>{address}</p>
      </Page>,
    ),
  },
  PermissionButton: {
    loading: within(
      {},
      <PermissionButton needs={[]} loading onPress={nothing}>
        Import now
      </PermissionButton>,
    ),
    refused: (
      <Scenario session={readOnly}>
        <PermissionButton needs={["data:write"]} onPress={nothing}>
          Import now
        </PermissionButton>
      </Scenario>
    ),
    long: within(
      {},
      <PermissionButton needs={[]} blocked={sentence} onPress={nothing}>
        Import now
      </PermissionButton>,
    ),
  },
  PermissionGate: {
    refused: (
      <Scenario session={readOnly}>
        <PermissionGate needs={["data:write"]}>
          <p>Only with data:write.</p>
        </PermissionGate>
      </Scenario>
    ),
  },
  PortalLink: { long: <PortalLink to="/">{address}</PortalLink> },
  Progress: {
    empty: <Progress label="Nothing to do" done={0} total={0} />,
    long: <Progress label="Much to do" done={123_456_789} total={987_654_321} message={sentence} />,
  },
  RecordLink: { long: <RecordLink collection="transactions" id={id} label="transaction" whole /> },
  RetryRun: {
    error: within({ "/api/runs": refusals.away }, <RetryRun run={runs.failed} />),
    refused: within({}, <RetryRun run={runs.forbidden} />),
  },
  RunCause: {
    empty: <RunCause cause={undefined} alone />,
    long: <RunCause cause={{ by: "outside", from: name }} alone />,
  },
  RunFailure: {
    error: within({ "/api/runs": refusals.away }, <RunFailure run={runs.failed} />),
    refused: within({}, <RunFailure run={runs.forbidden} />),
    long: within({}, <RunFailure run={longRun} wayOut={() => <a href={address}>{name}</a>} />),
  },
  RunList: {
    empty: within({}, <RunList runs={{ ...shown, rows: [] }} />),
    loading: within({}, <RunList runs={{ ...shown, rows: undefined, loading: true }} rows={4} />),
    error: within({}, <RunList runs={{ ...shown, rows: undefined, error: refusals.away.refusal }} />),
    refused: within({}, <RunList runs={{ ...shown, rows: undefined, error: refusals.permission.refusal }} />),
    long: within({}, <RunList runs={{ ...shown, rows: [longRun] }} label="A long run" jobs />),
    many: within({}, <RunList runs={{ ...shown, rows: manyRuns }} label="Many runs" />),
  },
  RunPage: {
    loading: within({}, <RunPage runId="run_loading" />),
    error: within({ "/api/runs": refusals.away }, <RunPage runId="run_away" />),
    refused: within({ "/api/runs": refusals.permission }, <RunPage runId="run_refused" />),
    long: within(
      { "/api/runs": answer(longRun), "/api/jobs": jobs(longJob) },
      <RunPage runId={longRun.run_id} />,
    ),
  },
  RunProgress: {
    empty: <RunProgress run={runs.queued} />,
    long: <RunProgress run={longRunning} phases={{ names: [name, "Post"], current: name }} />,
    many: (
      <RunProgress
        run={longRunning}
        phases={{ names: rowsOf(12, "").map((_row, number) => `Part ${number}`), current: "Part 7" }}
      />
    ),
  },
  RunsPage: {
    empty: within({ "/api/jobs": jobs(neverRan), "/api/runs": listed([]) }, <RunsPage />),
    loading: within({}, <RunsPage />),
    error: within({ "/api/jobs": jobs(job), "/api/runs": refusals.away }, <RunsPage />),
    refused: within(refusedList, <RunsPage />),
    long: within({ "/api/jobs": jobs(longJob, otherJob), "/api/runs": listed([longRun]) }, <RunsPage />),
    many: within({ "/api/jobs": jobs(job), "/api/runs": listed(manyRuns, "more") }, <RunsPage />),
  },
  RunStatusBadge: { long: <RunStatusBadge run={longRun} /> },
  RunTable: {
    empty: within({}, <RunTable label="No runs at all" runs={[]} />),
    loading: within(
      {},
      <RunTable label="Runs that go on" runs={[runs.completed]} more={{ load: nothing, loading: true }} />,
    ),
    long: within({}, <RunTable label="A run with long words" runs={[longRun]} jobs />),
    many: within({}, <RunTable label="All runs" runs={manyRuns} />),
  },
  RunWaiting: { long: within({}, <RunWaiting run={longWaiting} />) },
  Section: {
    empty: <Section title="Nothing below">{undefined}</Section>,
    long: (
      <Section
        title={name}
        description={sentence}
        mark={<Badge tone="info">{name}</Badge>}
        actions={<a href={address}>{name}</a>}
      >
        <p>{address}</p>
      </Section>
    ),
  },
  Shell: {
    long: shell(name, [name, "Runs"]),
    many: shell(
      "Pay-ins",
      rowsOf(12, "").map((_row, number) => `Page ${number}`),
    ),
  },
  ShortId: { long: <ShortId id={id} /> },
  StaleNotice: {
    empty: <StaleNotice error={undefined} />,
    long: <StaleNotice error={refusals.long.refusal} />,
  },
  StartButton: {
    loading: within({}, <StartButton job="import-pay-ins">Import now</StartButton>),
    error: within(startRefused, <StartButton job="import-pay-ins">Import now</StartButton>),
    refused: within(
      { "/api/jobs": jobs({ ...job, start: mayNot }) },
      <StartButton job="import-pay-ins">Import now</StartButton>,
    ),
    long: within(
      { "/api/jobs": jobs({ ...job, start: { ...mayNot, reason: sentence } }) },
      <StartButton job="import-pay-ins">Import now</StartButton>,
    ),
  },
  StatTile: {
    empty: <StatTile label="Failed" value={0} to="/runs" />,
    long: <StatTile label={name} value={123_456_789_012} to="/runs" />,
  },
  StatTiles: {
    many: (
      <StatTiles label="Very many figures">
        {rowsOf(12, "").map((row, number) => (
          <StatTile key={row.id} label={`Figure ${number}`} value={number * 1000} to="/runs" />
        ))}
      </StatTiles>
    ),
  },
  StatusBadge: {},
  StepPlot: {
    empty: plot([], "Nothing yet"),
    long: plot([BigInt(amount), -BigInt(amount)], name),
    many: plot(
      Array.from({ length: 500 }, (_, day) => BigInt((day * 7919) % 1000)),
      "500 days",
    ),
  },
  TableFoot: { empty: foot(0), loading: foot(25, true), long: foot(61), many: foot(123_456_789) },
  ToneSign: {},
};

export const statePieces: readonly Piece[] = Object.entries(all).flatMap(([part, shownIn]) =>
  Object.entries(shownIn).map(([state, show]) => ({
    name: stateName(part, state as State),
    show: <div className="gallery__state">{show as ReactNode}</div>,
  })),
);
