import { ActionIcon } from "@mantine/core";
import { useEffect, useState } from "react";
import { CopyIcon, DoneIcon } from "../theme/icons.ts";
import { copyText } from "./copy.ts";
import { shortId } from "./format.ts";

const SHOWN_MILLISECONDS = 1600;

/**
 * An id in fixed width, shortened in its middle, with a button that copies the whole of it.
 *
 * @param props.label what the id is, for the button's name: "transaction" gives "Copy transaction txn_…"
 */
export function CopyableId(props: { readonly id: string; readonly label: string; readonly whole?: boolean }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <span className="annex-id">
      <code title={props.id}>{props.whole === true ? props.id : shortId(props.id)}</code>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={24}
        aria-label={`Copy ${props.label} ${props.id}`}
        onClick={() => void copyText(props.id, document).then(setCopied)}
      >
        {copied ? <DoneIcon aria-hidden="true" size={14} /> : <CopyIcon aria-hidden="true" size={14} />}
      </ActionIcon>
      <span role="status" className="annex-hidden">
        {copied ? "Copied" : ""}
      </span>
    </span>
  );
}
