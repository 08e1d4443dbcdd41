import { stringifyExactJson } from "@annex/protocol";
import type { Metadata as MetadataValue } from "../api/types.ts";
import { CopyAction } from "../parts/copy.tsx";
import { JsonTree } from "../parts/json-tree.tsx";
import { Section } from "../parts/page.tsx";

/** A record's metadata, whole and by value. */
export function Metadata({ value }: { readonly value: MetadataValue }) {
  return (
    <Section
      title="Metadata"
      actions={value === null ? null : <CopyAction value={stringifyExactJson(value, 2)} name="metadata" />}
    >
      <JsonTree value={value} label="Metadata" />
    </Section>
  );
}
