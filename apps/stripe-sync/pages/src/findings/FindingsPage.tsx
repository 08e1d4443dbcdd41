import {
  Badge,
  Choices,
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  formatMoney,
  LoadingState,
  Moment,
  Money,
  Page,
  PortalLink,
  replaceQueryValues,
  shortId,
  type Tone,
  useRoute,
} from "@annex/portal";
import { NativeSelect } from "@mantine/core";
import type { KeptFindingJson } from "../../../src/portal-types.ts";
import { BooksChoice } from "../books/BooksChoice.tsx";
import { useAskedBooks } from "../books/queries.ts";
import { keptFor } from "../words/kept-for.ts";
import { AcknowledgeAll } from "./AcknowledgeAll.tsx";
import { FindingDetail } from "./FindingDetail.tsx";
import { findingLabels } from "./finding-labels.ts";
import { useFindings } from "./queries.ts";

const choices = [
  { value: "new", label: "New" },
  { value: "acknowledged", label: "Acknowledged" },
  { value: "resolved", label: "Resolved" },
  { value: "new,acknowledged,resolved", label: "All" },
];

const kinds = [
  { value: "", label: "All kinds" },
  ...Object.entries(findingLabels).map(([value, label]) => ({ value, label })),
];

const tones: Readonly<Record<KeptFindingJson["status"], Tone>> = {
  new: "warning",
  acknowledged: "info",
  resolved: "success",
};

const statusWords: Readonly<Record<KeptFindingJson["status"], string>> = {
  new: "New",
  acknowledged: "Acknowledged",
  resolved: "Resolved",
};

const columns: readonly Column<KeptFindingJson>[] = [
  {
    key: "what",
    heading: "What",
    part: "lead",
    width: 190,
    cell: ({ code }) => findingLabels[code],
    sortValue: ({ code }) => findingLabels[code],
  },
  {
    key: "status",
    heading: "Status",
    part: "mark",
    cell: ({ status }) => <Badge tone={tones[status]}>{statusWords[status]}</Badge>,
    sortValue: ({ status }) => status,
  },
  {
    key: "object",
    heading: "About",
    width: 175,
    cell: ({ object_id: id }) =>
      id === undefined ? (
        "–"
      ) : (
        <code className="stripe-shortid" title={id} translate="no">
          {shortId(id)}
        </code>
      ),
    sortValue: ({ object_id: id }) => id ?? "",
  },
  {
    key: "amount",
    heading: "Amount",
    align: "end",
    width: 150,
    cell: ({ amount }) =>
      amount === undefined ? (
        "–"
      ) : (
        <Money minor={amount.minor} decimals={amount.decimals} currency={amount.currency} />
      ),
  },
  {
    key: "seen",
    heading: "Last seen",
    priority: 1,
    // Beside an id that does not break, what it is keeps its words in two lines.
    width: 100,
    cell: ({ last_seen_at: at }) => <Moment at={at} exact stacked />,
    sortValue: ({ last_seen_at: at }) => at,
  },
];

/** A finding by what it is, how much and about what: an id of its own says nothing to who hears it. */
function nameOf({ code, amount, object_id: object }: KeptFindingJson): string {
  const sum =
    amount === undefined ? [] : [formatMoney(BigInt(amount.minor), amount.decimals, amount.currency)];
  return [findingLabels[code], ...sum, ...(object === undefined ? [] : [`about ${object}`])].join(", ");
}

/** What somebody should look at. Arrow keys move between the findings, Enter opens one. */
export function FindingsPage() {
  const { query } = useRoute();
  const status = choices.find(({ value }) => value === query.get("status"))?.value ?? "new";
  const kind = Object.keys(findingLabels).find((code) => code === query.get("code")) ?? "";
  const books = useAskedBooks();
  const findings = useFindings(status, kind, books);
  return (
    <Page
      title="Findings"
      description="What does not match, until it is put right or somebody says why it may stay."
    >
      <BooksChoice />
      <Choices
        label="Status"
        choices={choices}
        value={status}
        onChoose={(chosen) => replaceQueryValues({ status: chosen })}
      />
      <NativeSelect
        className="stripe-kinds"
        label="What"
        data={kinds}
        value={kind}
        onChange={(event) => replaceQueryValues({ code: event.currentTarget.value })}
      />
      {status.includes("resolved") && findings.first !== undefined && (
        <p className="stripe-dim">
          Resolved findings are kept {keptFor(findings.first.resolved_kept_days)}
          {findings.first.resolved_kept_days !== undefined && ", then they are removed"}.{" "}
          <PortalLink to="/settings">Settings</PortalLink>
        </p>
      )}
      {status === "new" && kind !== "" && (findings.rows?.length ?? 0) > 1 && (
        <AcknowledgeAll key={kind} code={kind} />
      )}
      {findings.rows !== undefined && (
        <DataTable
          label="Findings"
          columns={columns}
          rows={findings.rows}
          rowKey={({ id }) => id}
          rowName={nameOf}
          list={`${status} ${kind} ${books}`}
          more={findings.more}
          detail={(finding) => <FindingDetail finding={finding} />}
          // The address says which one is open: a reload, and the launch after a session has ended, open it again.
          initiallyOpen={query.get("finding") ?? undefined}
          onOpen={(id, open) => replaceQueryValues({ finding: open ? id : "" })}
          empty={
            status === "new" && kind === "" ? (
              <EmptyState title="Nothing needs you">There is no new finding.</EmptyState>
            ) : (
              <EmptyState title="No finding matches">Choose another status or kind above.</EmptyState>
            )
          }
        />
      )}
      {findings.rows === undefined && findings.error === undefined && (
        <LoadingState label="Loading the findings" rows={6} />
      )}
      {findings.rows === undefined && findings.error !== undefined && (
        <ErrorState error={findings.error} onRetry={findings.refetch} retrying={findings.loading} />
      )}
    </Page>
  );
}
