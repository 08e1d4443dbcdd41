import { minorUnits, moneyParts, type WireInteger } from "../text/format.ts";

/** What `Money` takes. */
export interface MoneyProps {
  /** Minor units; from the wire or computed. */
  readonly minor: WireInteger;
  readonly decimals: number;
  readonly currency: string;
  /** Leaves the currency to a column of its own, and lines up decimal marks whatever the currency's decimals. */
  readonly aligned?: boolean;
  /** Signs what is above zero too; for differences. */
  readonly signed?: boolean;
}

/**
 * An exact amount in tabular figures. Machines find the minor units in the element's `value`.
 *
 * @example
 * <Money minor={123450n} decimals={2} currency="EUR" /> // 1,234.50 EUR
 */
export function Money({ minor, decimals, currency, aligned = false, signed = false }: MoneyProps) {
  const amount = minorUnits(minor);
  const { sign, whole, fraction } = moneyParts(amount, decimals);
  const shownSign = signed && amount > 0n ? "+" : sign;
  return (
    <data
      value={amount.toString()}
      data-currency={currency}
      className={aligned ? "annex-money annex-money--aligned" : "annex-money"}
    >
      {shownSign}
      {whole}
      <span className="annex-money__fraction">{fraction}</span>
      {!aligned && <span className="annex-money__currency"> {currency.toUpperCase()}</span>}
    </data>
  );
}
