import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/Combobox.layer.css";
import { CloseButton, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useState } from "react";

type FilterProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

/** A text filter that waits for a pause in the typing before the list is read again. */
export function FilterText({
  label,
  value,
  onChange,
  placeholder,
}: FilterProps & { readonly placeholder?: string }) {
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
      label={label}
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

const any = "*";

/** A choice of one value, or any. */
export function FilterSelect({
  label,
  value,
  onChange,
  options,
}: FilterProps & { readonly options: readonly Option[] }) {
  const choices = options.map((option) =>
    typeof option === "string" ? { value: option, label: option } : option,
  );
  return (
    <Select
      label={label}
      size="xs"
      data={[{ value: any, label: "Any" }, ...choices]}
      value={value === "" ? any : value}
      onChange={(next) => onChange(next === null || next === any ? "" : next)}
      allowDeselect={false}
      checkIconPosition="right"
    />
  );
}
