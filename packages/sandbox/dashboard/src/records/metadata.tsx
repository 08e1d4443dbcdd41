import { stringifyExactJson } from "@annex/protocol/words";
import { CopyButton, JsonTree } from "@annex/ui";
import type { Metadata as MetadataValue } from "../api/types.ts";
import { Section } from "../parts/page.tsx";

/** A record's metadata, whole and by value. */
export function Metadata({ value }: { readonly value: MetadataValue }) {
  return (
    <Section
      title="Metadata"
      actions={value === null ? null : <CopyButton value={stringifyExactJson(value, 2)} name="metadata" />}
    >
      <JsonTree value={value} label="Metadata" />
    </Section>
  );
}
