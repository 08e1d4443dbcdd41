import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/Combobox.layer.css";
import { Button, Select } from "@mantine/core";
import { useId, useState } from "react";
import type { FilterProps } from "./filter-text.tsx";

/** The filters of a list, side by side; on a narrow screen behind a button, so that the list comes first. */
export function Filters({ children }: { readonly children: React.ReactNode }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <search>
      <Button
        className="annex-filters-toggle"
        size="xs"
        variant="default"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {open ? "Hide filters" : "Show filters"}
      </Button>
      <div id={id} className="annex-filters" data-open={open ? "" : undefined}>
        {children}
      </div>
    </search>
  );
}

type Option = string | { readonly value: string; readonly label: string };

type FilterSelectProps = FilterProps & {
  readonly options: readonly Option[];
  /** What no choice is called. */
  readonly any?: string;
};

const none = "*";
/** So many choices are found faster by their letters. */
const manyOptions = 8;

/** A choice of one value, or any. A value that is not among the choices, from an address, is shown as it is. */
export function FilterSelect({ label, value, onChange, options, any = "Any" }: FilterSelectProps) {
  const choices = options.map((option) =>
    typeof option === "string" ? { value: option, label: option } : option,
  );
  const known = value === "" || choices.some((choice) => choice.value === value);
  return (
    <Select
      label={label}
      size="xs"
      data={[{ value: none, label: any }, ...choices, ...(known ? [] : [{ value, label: value }])]}
      value={value === "" ? none : value}
      onChange={(next) => onChange(next === null || next === none ? "" : next)}
      allowDeselect={false}
      checkIconPosition="right"
      searchable={choices.length > manyOptions}
    />
  );
}
