import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useState } from "react";

/** What every filter is given. */
export type FilterProps = {
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
