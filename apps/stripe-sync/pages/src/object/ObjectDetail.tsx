import { FindingWords, Moment, Money, Notice, RecordLink } from "@annex/portal";
import type { LegJson, ObjectJson } from "../../../src/portal-types.ts";
import { Fact } from "../Fact.tsx";
import { StripeId } from "../links/StripeId.tsx";

/** Everything known of one object: its movements in the ledger, what it belongs to, and what is odd about it. */
export function ObjectDetail({ object }: { readonly object: ObjectJson }) {
  return (
    <div className="stripe-detail">
      {object.finding !== undefined && (
        <Notice tone="warning" title="To look at">
          <FindingWords finding={object.finding} />
        </Notice>
      )}
      {object.description !== undefined && (
        <p>
          <bdi>{object.description}</bdi>
        </p>
      )}
      {object.legs.length === 0 ? (
        <p className="stripe-dim">{whyNoLegs(object)}</p>
      ) : (
        <ul className="stripe-legs">
          {object.legs.map((leg) => (
            <Leg key={leg.reference} leg={leg} />
          ))}
        </ul>
      )}
      <RelatedIds object={object} />
    </div>
  );
}

function whyNoLegs({ kind, identity_id: identity }: ObjectJson): string {
  if (kind === "customer" && identity !== undefined)
    return "A customer moves no money: in the ledger it is the identity below.";
  return "Nothing was posted to the ledger for it.";
}

const roleLabels = { net: "Net", fee: "Fee", converted: "Paid in" } as const;

function Leg({ leg }: { readonly leg: LegJson }) {
  return (
    <li>
      <span className="stripe-legs__role">{roleLabels[leg.role]}</span>
      <span className="stripe-legs__way">
        {leg.from} <span aria-hidden="true">→</span> <span className="annex-hidden">to</span> {leg.to}
      </span>
      <Money minor={leg.amount.minor} decimals={leg.amount.decimals} currency={leg.amount.currency} />
      {leg.transaction_id === undefined ? (
        <span className="stripe-dim">Not in the ledger yet</span>
      ) : (
        <RecordLink collection="transactions" id={leg.transaction_id} label="transaction" whole />
      )}
    </li>
  );
}

function RelatedIds({ object }: { readonly object: ObjectJson }) {
  const { source_id: source, customer_id: customer, identity_id: identity, alert_id: alert } = object;
  return (
    <dl className="stripe-facts">
      <Fact name="Created at Stripe">
        <Moment at={object.created_at} exact />
      </Fact>
      {source !== undefined && (
        <Fact name="Belongs to">
          <StripeId id={source} whole />
        </Fact>
      )}
      {customer !== undefined && (
        <Fact name="Customer">
          <StripeId id={customer} whole />
        </Fact>
      )}
      {identity !== undefined && (
        <Fact name="Identity">
          <RecordLink collection="identities" id={identity} label="identity" whole />
        </Fact>
      )}
      {alert !== undefined && (
        <Fact name="Alert">
          <RecordLink collection="alerts" id={alert} label="alert" whole />
        </Fact>
      )}
    </dl>
  );
}
