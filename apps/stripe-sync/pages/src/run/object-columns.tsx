import { Badge, type Column, CopyableId, Moment, RecordLink } from "@annex/portal";
import { Fragment } from "react";
import type { MoneyJson, ObjectJson } from "../../../src/portal-types.ts";
import { Amount } from "../CurrencyTable.tsx";
import { comparableAmount } from "../words/amounts.ts";
import { kindLabels, stateLabels, stateTones } from "../words/labels.ts";

/** The columns of a run's objects. */
export const objectColumns: readonly Column<ObjectJson>[] = [
  {
    key: "kind",
    heading: "Object",
    part: "lead",
    // With amounts, currency, transaction and state beside it they fit at 900 pixels.
    width: 160,
    cell: (object) => <ObjectName object={object} />,
    sortValue: (object) => kindLabels[object.kind],
  },
  {
    key: "created",
    heading: "Created",
    width: 160,
    priority: 3,
    cell: (object) => <Moment at={object.created_at} exact />,
    sortValue: (object) => object.created_at,
  },
  amountColumn("gross", "Gross", (object) => object.amount),
  { ...amountColumn("fee", "Fee", (object) => object.fee), priority: 2 },
  amountColumn("net", "Net", (object) => object.net),
  {
    key: "currency",
    heading: "Currency",
    part: "unit",
    width: 84,
    cell: (object) => object.amount?.currency.toUpperCase() ?? <None />,
    sortValue: (object) => object.amount?.currency,
  },
  {
    key: "transaction",
    heading: "Ledger transaction",
    width: 168,
    cell: (object) => <Transactions object={object} />,
  },
  {
    key: "state",
    heading: "State",
    part: "mark",
    width: 130,
    cell: (object) => <Badge tone={stateTones[object.state]}>{stateLabels[object.state]}</Badge>,
    sortValue: (object) => stateLabels[object.state],
  },
];

function amountColumn(
  key: string,
  heading: string,
  amount: (object: ObjectJson) => MoneyJson | undefined,
): Column<ObjectJson> {
  return {
    key,
    heading,
    align: "end",
    width: 100,
    cell: (object) => <Amount money={amount(object)} />,
    sortValue: (object) => comparableAmount(amount(object)),
  };
}

function None() {
  return <span className="stripe-dim">—</span>;
}

function ObjectName({ object }: { readonly object: ObjectJson }) {
  return (
    <span className="stripe-stack">
      <span className="stripe-kind">
        <Kind object={object} />
      </span>
      <CopyableId id={object.id} label="Stripe id" />
    </span>
  );
}

/** A name that breaks after its underscores, so that a narrow column does not break it amid a word. */
function breakable(name: string) {
  return name.split(/(?<=_)/).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one name stay where they are
    <Fragment key={index}>
      {part}
      <wbr />
    </Fragment>
  ));
}

/** A type that Stripe added after this app was made is shown by Stripe's own name. */
function Kind({ object }: { readonly object: ObjectJson }) {
  if (object.kind !== "other") return kindLabels[object.kind];
  return (
    <>
      {kindLabels.other} <code>{breakable(object.stripe_type)}</code>
    </>
  );
}

function Transactions({ object }: { readonly object: ObjectJson }) {
  const ids = object.legs.flatMap((leg) => leg.transaction_id ?? []);
  if (ids.length === 0)
    return object.identity_id === undefined ? (
      <None />
    ) : (
      <RecordLink collection="identities" id={object.identity_id} label="identity" />
    );
  return (
    <span className="stripe-stack">
      {ids.map((id) => (
        <RecordLink key={id} collection="transactions" id={id} label="transaction" />
      ))}
    </span>
  );
}
