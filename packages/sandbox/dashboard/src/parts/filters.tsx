import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/Combobox.layer.css";
import { Button, CloseButton, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useId, useState } from "react";

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

type FilterProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

type FilterTextProps = FilterProps & {
  readonly placeholder?: string;
  /** The label is only heard: something around the field is its label for the eye. */
  readonly hideLabel?: boolean;
};

/** A text filter that waits for a pause in the typing before the list is read again. */
export function FilterText({ label, value, onChange, placeholder, hideLabel = false }: FilterTextProps) {
  const [text, setText] = useState(value);
  const publish = useDebouncedCallback(onChange, 300);
  // The address can change from elsewhere: a link, the back button.
  useEffect(() => setText(value), [value]);
  const change = (next: string) => {
    setText(next);
    publish(next.trim());
  };
  return (
    <TextInput
      {...(hideLabel ? { "aria-label": label } : { label })}
      size="xs"
      value={text}
      placeholder={placeholder}
      onChange={(event) => change(event.currentTarget.value)}
      rightSection={
        text === "" ? null : (
          <CloseButton size="xs" aria-label={`Clear ${label}`} onClick={() => change("")} />
        )
      }
    />
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
