import { CopyableId, FindingWords, Moment, Money, Notice } from "@annex/portal";
import type { LegJson, ObjectJson } from "../../../src/portal-types.ts";

/** Everything known of one object: its movements in the ledger, what it belongs to, and what is odd about it. */
export function ObjectDetail({ object }: { readonly object: ObjectJson }) {
  return (
    <div className="stripe-detail">
      {object.finding !== undefined && (
        <Notice tone="warning" title="To look at">
          <FindingWords finding={object.finding} />
        </Notice>
      )}
      {object.description !== undefined && <p>{object.description}</p>}
      {object.legs.length === 0 ? (
        <p className="stripe-dim">No movement in the ledger.</p>
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
        <CopyableId id={leg.transaction_id} label="transaction" whole />
      )}
    </li>
  );
}

const related: readonly (readonly [string, (object: ObjectJson) => string | undefined])[] = [
  ["Belongs to", (object) => object.source_id],
  ["Customer", (object) => object.customer_id],
  ["Identity", (object) => object.identity_id],
  ["Alert", (object) => object.alert_id],
];

function RelatedIds({ object }: { readonly object: ObjectJson }) {
  return (
    <dl className="stripe-facts">
      <div>
        <dt>Created at Stripe</dt>
        <dd>
          <Moment at={object.created_at} exact />
        </dd>
      </div>
      {related.map(([name, idOf]) => {
        const id = idOf(object);
        return (
          id !== undefined && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <CopyableId id={id} label={name.toLowerCase()} whole />
              </dd>
            </div>
          )
        );
      })}
    </dl>
  );
}
