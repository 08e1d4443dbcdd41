import { ActionIcon } from "@mantine/core";
import { useEffect, useState } from "react";
import { CopyIcon, DoneIcon } from "../icons/icons.ts";
import { copyText } from "./copy-text.ts";

const shownMilliseconds = 1600;

/**
 * Copies a value and says that it did.
 *
 * @param props.name what is copied, for the button's name: "reference" gives "Copy reference"
 *
 * @example
 * ```tsx
 * <CopyButton value={reference} name="reference" />
 * ```
 */
export function CopyButton({ value, name }: { readonly value: string; readonly name: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), shownMilliseconds);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={24}
        className="annex-copy"
        aria-label={`Copy ${name}`}
        title={`Copy ${name}`}
        onClick={() => void copyText(value, document).then(setCopied)}
      >
        {copied ? <DoneIcon aria-hidden="true" size={14} /> : <CopyIcon aria-hidden="true" size={14} />}
      </ActionIcon>
      <span role="status" className="annex-hidden">
        {copied ? "Copied" : ""}
      </span>
    </>
  );
}
