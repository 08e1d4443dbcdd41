import {
  amountParts,
  exactInteger,
  type MoneyParts,
  minorUnits,
  moneyParts,
  type WireInteger,
} from "./amounts.ts";

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
  return (
    <Figures
      amount={amount}
      parts={moneyParts(amount, decimals)}
      currency={currency}
      unit={aligned ? undefined : currency.toUpperCase()}
      signed={signed}
    />
  );
}

/** What `Amount` takes. */
export interface AmountProps {
  /** Minor units as a record holds them. */
  readonly minorUnits: unknown;
  /** How many minor units make one; where it is not known, minor units are shown and said to be so. */
  readonly precision: unknown;
  readonly currency: string;
  /** Leaves the currency to a column of its own. */
  readonly aligned?: boolean;
  readonly signed?: boolean;
}

/**
 * An amount of the ledger by its own precision; one that is no exact integer is shown as it came.
 *
 * @example
 * <Amount minorUnits={123450n} precision={100} currency="EUR" /> // 1,234.50 EUR
 */
export function Amount(props: AmountProps) {
  const amount = exactInteger(props.minorUnits);
  const precision = exactInteger(props.precision);
  if (amount === undefined) return <span className="annex-money">{String(props.minorUnits)}</span>;
  const unit = precision === undefined ? `${props.currency} minor units` : props.currency;
  return (
    <Figures
      amount={amount}
      parts={precision === undefined ? moneyParts(amount, 0) : amountParts(amount, precision)}
      currency={props.currency}
      unit={props.aligned === true ? undefined : unit}
      signed={props.signed === true}
    />
  );
}

/**
 * A bare integer in tabular figures.
 *
 * @example
 * ```tsx
 * <Integer value={12345n} />
 * ```
 */
export function Integer({ value }: { readonly value: unknown }) {
  const integer = exactInteger(value);
  if (integer === undefined) return <span className="annex-money">{String(value)}</span>;
  const { sign, whole } = moneyParts(integer, 0);
  return (
    <span className="annex-money" translate="no">
      {`${sign}${whole}`}
    </span>
  );
}

/** Figures are no words: a translated page leaves them as they are. */
function Figures(props: {
  readonly amount: bigint;
  readonly parts: MoneyParts;
  readonly currency: string;
  readonly unit: string | undefined;
  readonly signed: boolean;
}) {
  const { sign, whole, fraction } = props.parts;
  return (
    <data
      value={props.amount.toString()}
      data-currency={props.currency}
      className={props.unit === undefined ? "annex-money annex-money--aligned" : "annex-money"}
      translate="no"
    >
      <span>{`${props.signed && props.amount > 0n ? "+" : sign}${whole}`}</span>
      <span className="annex-money__fraction">{fraction}</span>
      {props.unit !== undefined && <span className="annex-money__currency">{` ${props.unit}`}</span>}
    </data>
  );
}
