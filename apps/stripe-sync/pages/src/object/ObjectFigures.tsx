import { Money } from "@annex/portal";
import type { MoneyJson, ObjectJson } from "../../../src/portal-types.ts";
import { Fact } from "../Fact.tsx";

/** What an object is about in figures, set below one another. */
export function ObjectFigures({ object: { amount, fee, net } }: { readonly object: ObjectJson }) {
  if (amount === undefined || fee === undefined || net === undefined) return null;
  return (
    <dl className="stripe-sums">
      <Figure name="Gross" money={amount} />
      <Figure name="Fee" money={fee} />
      <div className="stripe-sums__all">
        <dt>Net, {net.currency}</dt>
        <dd>
          <Money minor={net.minor} decimals={net.decimals} currency={net.currency} aligned />
        </dd>
      </div>
    </dl>
  );
}

function Figure({ name, money }: { readonly name: string; readonly money: MoneyJson }) {
  return (
    <Fact name={name}>
      <Money minor={money.minor} decimals={money.decimals} currency={money.currency} aligned />
    </Fact>
  );
}
