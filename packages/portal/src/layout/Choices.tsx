import { formatCount } from "@annex/ui";

/** One choice: what it stands for, what it is called, and how much it holds. */
export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly count?: number | undefined;
}

/**
 * One of several, in sight all at once: a filter. The chosen one is pressed.
 *
 * @example
 * <Choices label="Status" choices={[{ value: "", label: "All" }]} value="" onChoose={setStatus} />
 */
export function Choices<Value extends string>(props: {
  readonly label: string;
  readonly choices: readonly Choice<Value>[];
  readonly value: Value;
  readonly onChoose: (value: Value) => void;
}) {
  return (
    <fieldset className="annex-choices">
      <legend className="annex-hidden">{props.label}</legend>
      {props.choices.map(({ value, label, count }) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === props.value}
          onClick={() => props.onChoose(value)}
        >
          {label}
          {count !== undefined && <span className="annex-choices__count">{formatCount(count)}</span>}
        </button>
      ))}
    </fieldset>
  );
}
