/** From one day or amount to another, each end by itself. */
import { TextInput } from "@mantine/core";
import { useId } from "react";
import { FilterText } from "./filter-text.tsx";
import { isAmount } from "./range-query.ts";

type Ends = { readonly from: string; readonly to: string };

type RangeProps = {
  readonly label: string;
  readonly value: Ends;
  readonly onChange: (ends: Partial<Ends>) => void;
};

/** Days in UTC, both included. */
export function DayRange({ label, value, onChange }: RangeProps) {
  return (
    <fieldset className="annex-range">
      <legend>{label}</legend>
      <TextInput
        type="date"
        size="xs"
        aria-label={`${label}, from`}
        value={value.from}
        max={value.to || undefined}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
      />
      <span aria-hidden="true">–</span>
      <TextInput
        type="date"
        size="xs"
        aria-label={`${label}, to`}
        value={value.to}
        min={value.from || undefined}
        onChange={(event) => onChange({ to: event.currentTarget.value })}
      />
    </fieldset>
  );
}

/** Amounts in units of their currency, both included. */
export function AmountRange({ label, value, onChange }: RangeProps) {
  const hint = useId();
  const wrong = [value.from, value.to].some((text) => text !== "" && !isAmount(text));
  return (
    <fieldset className="annex-range annex-range--amounts" aria-describedby={wrong ? hint : undefined}>
      <legend>{label}</legend>
      <FilterText
        label={`${label}, at least`}
        hideLabel
        placeholder="from"
        value={value.from}
        onChange={(from) => onChange({ from })}
      />
      <span aria-hidden="true">–</span>
      <FilterText
        label={`${label}, at most`}
        hideLabel
        placeholder="to"
        value={value.to}
        onChange={(to) => onChange({ to })}
      />
      {wrong ? (
        <span id={hint} role="alert" className="annex-range__hint">
          Write amounts as 1234.50
        </span>
      ) : null}
    </fieldset>
  );
}
