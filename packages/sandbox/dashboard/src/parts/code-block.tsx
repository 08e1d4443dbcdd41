import { Box } from "@mantine/core";
import { prettyJson } from "../format/text.ts";
import { CopyAction } from "./copy.tsx";

/** A body as it went over the wire, laid out when it is JSON. */
export function CodeBlock({ text, name }: { readonly text: string; readonly name: string }) {
  const pretty = prettyJson(text);
  return (
    <Box pos="relative">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard. */}
      <section className="annex-code" tabIndex={0} aria-label={name}>
        {pretty}
      </section>
      <Box pos="absolute" top={6} right={6}>
        <CopyAction value={pretty} name={name} />
      </Box>
    </Box>
  );
}
