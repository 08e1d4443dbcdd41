import { ActionIcon, CopyButton, Group, Tooltip } from "@mantine/core";
import { shortId } from "../format/text.ts";
import { CopyIcon, DoneIcon } from "./icons.ts";

/** Copies a value; its name is read aloud as "Copy transaction id". */
export function CopyAction({ value, name }: { readonly value: string; readonly name: string }) {
  return (
    <CopyButton value={value} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? "Copied" : `Copy ${name}`}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            className="annex-copy"
            onClick={copy}
            aria-label={copied ? `Copied ${name}` : `Copy ${name}`}
          >
            {copied ? <DoneIcon size={14} aria-hidden /> : <CopyIcon size={14} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

/** An id in full with its copy button. */
export function CopyableId({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <Group gap={4} wrap="nowrap" align="center">
      <span className="annex-identifier">{id}</span>
      <CopyAction value={id} name={name} />
    </Group>
  );
}

/** An id short enough for a table; the tooltip of the browser has all of it. */
export function ShortId({ id }: { readonly id: string }) {
  return (
    <span className="annex-identifier" title={id} style={{ whiteSpace: "nowrap" }}>
      {shortId(id)}
    </span>
  );
}
