import { decimalAmount, exactInteger, groupedInteger } from "../format/amounts.ts";

/** An amount with its currency, exact; where the precision is not known, minor units and saying so. */
export function Amount(props: {
  readonly minorUnits: unknown;
  readonly precision: unknown;
  readonly currency: string;
}) {
  return (
    <span className="annex-number">
      {amountText(props.minorUnits, props.precision)} <AmountUnit {...props} />
    </span>
  );
}

function AmountUnit({ precision, currency }: { readonly precision: unknown; readonly currency: string }) {
  const unit = exactInteger(precision) === undefined ? `${currency} minor units` : currency;
  return <span style={{ color: "var(--mantine-color-dimmed)" }}>{unit}</span>;
}

/** The number alone, for columns whose currency stands in the next one. */
export function amountText(minorUnits: unknown, precision: unknown): string {
  const integer = exactInteger(minorUnits);
  if (integer === undefined) return String(minorUnits);
  const known = exactInteger(precision);
  return known === undefined ? groupedInteger(integer) : decimalAmount(integer, known);
}

/** A bare integer in tabular figures. */
export function Integer({ value }: { readonly value: unknown }) {
  const integer = exactInteger(value);
  return (
    <span className="annex-number">{integer === undefined ? String(value) : groupedInteger(integer)}</span>
  );
}
