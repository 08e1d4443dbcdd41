import { decimalAmount, exactInteger, groupedInteger } from "../format/amounts.ts";

/** An amount with its currency, exact; where the precision is not known, minor units and saying so. */
export function Amount(props: {
  readonly minorUnits: unknown;
  readonly precision: unknown;
  readonly currency: string;
}) {
  return (
    <span className="annex-number">
      <Digits text={amountText(props.minorUnits, props.precision)} /> <AmountUnit {...props} />
    </span>
  );
}

function AmountUnit({ precision, currency }: { readonly precision: unknown; readonly currency: string }) {
  const unit = exactInteger(precision) === undefined ? `${currency} minor units` : currency;
  return <span style={{ color: "var(--mantine-color-dimmed)" }}>{unit}</span>;
}

/** Figures that may break after a group of three, where a very long amount meets a narrow place. */
export function Digits({ text }: { readonly text: string }) {
  const groups = text.split(",");
  return groups.map((group, index) => {
    const place = groups.length - index;
    return place === 1 ? (
      <span key={place}>{group}</span>
    ) : (
      <span key={place}>
        {group},<wbr />
      </span>
    );
  });
}

/** A number in a column whose currency stands beside it. */
export function Figure({
  minorUnits,
  precision,
}: {
  readonly minorUnits: unknown;
  readonly precision: unknown;
}) {
  return (
    <span className="annex-number">
      <Digits text={amountText(minorUnits, precision)} />
    </span>
  );
}

function amountText(minorUnits: unknown, precision: unknown): string {
  const integer = exactInteger(minorUnits);
  if (integer === undefined) return String(minorUnits);
  const known = exactInteger(precision);
  return known === undefined ? groupedInteger(integer) : decimalAmount(integer, known);
}

/** A bare integer in tabular figures. */
export function Integer({ value }: { readonly value: unknown }) {
  const integer = exactInteger(value);
  return (
    <span className="annex-number">
      <Digits text={integer === undefined ? String(value) : groupedInteger(integer)} />
    </span>
  );
}
