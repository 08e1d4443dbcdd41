/** The parts of `@annex/ui`, which know no session. */
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
  type Tone,
  ToneSign,
} from "@annex/ui";
import type { Piece } from "./pieces.ts";

const tones: readonly Tone[] = ["info", "success", "warning", "danger", "neutral"];
const id = "txn_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f";

type Row = { readonly id: string; readonly what: string; readonly minor: string; readonly tone?: Tone };

const rows: readonly Row[] = [
  {
    id: "one",
    what: "Pay-in of a customer with a long name that has to be broken somewhere",
    minor: "1234567890",
  },
  { id: "two", what: "Refund", minor: "-4696", tone: "danger" },
  { id: "three", what: "Fee", minor: "-29" },
];

const columns: readonly Column<Row>[] = [
  { key: "what", heading: "What", part: "lead", cell: ({ what }) => what, sortValue: ({ what }) => what },
  {
    key: "amount",
    heading: "Amount",
    align: "end",
    width: 170,
    cell: ({ minor }) => <Money minor={minor} decimals={2} currency="EUR" aligned signed />,
    sortValue: ({ minor }) => BigInt(minor),
  },
  { key: "id", heading: "Id", priority: 1, cell: () => <CopyableId id={id} label="transaction" /> },
  { key: "state", heading: "State", part: "mark", cell: () => <Badge tone="success">Applied</Badge> },
];

/** Amounts that need more room than their columns say. */
const wideColumns: readonly Column<Row>[] = [
  ...["Gross", "Fee", "Tax", "Net", "Held"].map((heading) => ({
    key: heading,
    heading,
    align: "end" as const,
    cell: () => <Money minor="-123456789012345678901234" decimals={2} currency="EUR" aligned />,
  })),
  { key: "id", heading: "Id", cell: () => <CopyableId id={id} label="transaction" /> },
];

const nothing = () => undefined;

export const uiPieces: readonly Piece[] = [
  {
    name: "Badge, HttpStatus, ToneSign",
    show: (
      <div className="gallery__row">
        {tones.map((tone) => (
          <Badge key={tone} tone={tone} live={tone === "info"}>
            {tone}
          </Badge>
        ))}
        {[200, 304, 404, 500].map((status) => (
          <HttpStatus key={status} status={status} />
        ))}
        {tones.map((tone) => (
          <ToneSign key={tone} tone={tone} />
        ))}
      </div>
    ),
  },
  {
    name: "Money, Amount, Integer",
    show: (
      <div className="gallery__row">
        <Money minor="123456789012345678" decimals={2} currency="USD" />
        <Money minor="-4696" decimals={2} currency="EUR" signed />
        <Money minor="1050" decimals={3} currency="KWD" />
        <Money minor="980000" decimals={0} currency="JPY" />
        <Amount minorUnits="1050" precision="100" currency="USD" />
        <Integer value="1234567890123" />
      </div>
    ),
  },
  {
    name: "Moment",
    show: (
      <div className="gallery__row">
        <Moment at="2026-11-26T13:45:10Z" />
        <Moment at="2026-11-26T13:45:10Z" exact />
        <Moment at="2026-11-26T13:45:10Z" exact resolution="milliseconds" />
        <Moment at="2026-11-26T13:45:10Z" exact resolution="days" />
        <Moment at="2026-11-26T13:45:10Z" exact ago="beside" />
      </div>
    ),
  },
  {
    name: "CopyableId, ShortId, Identifier, CopyButton",
    show: (
      <div className="gallery__row">
        <CopyableId id={id} label="transaction" />
        <CopyableId id={id} label="whole transaction" whole />
        <ShortId id={id} />
        <Identifier id={id} />
        <CopyButton value="a text" name="a text" />
      </div>
    ),
  },
  {
    name: "Notice",
    show: (
      <>
        {tones.map((tone) => (
          <Notice key={tone} tone={tone} title={`A notice: ${tone}`}>
            <p>What is, and what to do next.</p>
          </Notice>
        ))}
        <Notice tone="danger" live>
          <p>Read aloud as it appears.</p>
        </Notice>
      </>
    ),
  },
  {
    name: "EmptyState, NothingFound, NoPermission, LoadingState",
    show: (
      <>
        <EmptyState title="Nothing yet" action={<a href="#EmptyState">Go and get some</a>}>
          What would change that.
        </EmptyState>
        <NothingFound title="Nothing matches">Ask for more.</NothingFound>
        <NoPermission title="Not for you">Ask an Admin.</NoPermission>
        <LoadingState label="Loading the rows" rows={4} />
      </>
    ),
  },
  {
    name: "FailureState",
    show: (
      <FailureState
        words={{
          code: "app_failed",
          title: "It has failed",
          whatHappened: "Something went wrong on the way.",
          whatToDo: "Try again.",
          reference: "ref_0123456789abcdef",
        }}
      />
    ),
  },
  {
    name: "DataTable: rows, sorted, opened, selected",
    show: (
      <DataTable
        label="Movements"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        rowTone={(row) => row.tone}
        selectedKey="three"
        initialSorting={{ column: "amount", direction: "descending" }}
        detail={(row) => <p>Everything of {row.what}.</p>}
        more={{ load: nothing, loading: false }}
        empty={<EmptyState title="None" />}
      />
    ),
  },
  {
    name: "DataTable: amounts wider than their columns said",
    show: (
      <DataTable
        label="Movements of very large amounts"
        columns={wideColumns}
        rows={rows}
        rowKey={(row) => row.id}
        detail={(row) => <p>Everything of {row.what}.</p>}
        empty={<EmptyState title="None" />}
      />
    ),
  },
  {
    name: "DataTable: page by page",
    show: (
      <>
        <DataTable
          label="Delivered movements"
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          rowLink={(_row, content) => <a href="#DataTable">{content}</a>}
          delivery={{
            page: 2,
            pageSize: 3,
            total: 9,
            totalIsMinimum: true,
            onPage: nothing,
            sizes: [3, 10],
            onPageSize: nothing,
          }}
          empty={<EmptyState title="None" />}
        />
        <TableFoot
          label="a foot alone"
          range={{ page: 2, pages: 3, first: 26, last: 50, total: 61 }}
          onPage={nothing}
        >
          Sum 12.00 EUR
        </TableFoot>
      </>
    ),
  },
  {
    name: "StepPlot",
    show: (
      <StepPlot
        label="From 1.00 to 3.00"
        steps={[
          { at: new Date("2026-11-01T00:00:00Z"), amount: 100n },
          { at: new Date("2026-11-10T00:00:00Z"), amount: -200n },
          { at: new Date("2026-11-20T00:00:00Z"), amount: 300n },
        ]}
        until={new Date("2026-11-26T00:00:00Z")}
        amountText={(amount) => `${amount} minor units`}
        momentText={(at) => at.toISOString().slice(0, 10)}
      />
    ),
  },
  {
    name: "CodeBlock, JsonTree",
    show: (
      <>
        <CodeBlock text='{"amount":"12.50","to":["a","b"]}' name="request body" />
        <JsonTree value={{ amount: 12n, ok: true, none: null, deep: { list: ["a", 1] } }} label="Metadata" />
      </>
    ),
  },
];
