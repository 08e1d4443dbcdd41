import { CopyButton } from "../copy/CopyButton.tsx";
import { prettyJson } from "./json-text.ts";

/**
 * A body as it went over the wire, laid out when it is JSON; or a command.
 *
 * @example
 * ```tsx
 * <CodeBlock name="Body" text={delivery.body} />
 * ```
 */
export function CodeBlock({ text, name }: { readonly text: string; readonly name: string }) {
  const pretty = prettyJson(text);
  return (
    <div className="annex-code-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard. */}
      <section className="annex-code" tabIndex={0} aria-label={name} translate="no">
        {pretty}
      </section>
      <CopyButton value={pretty} name={name} />
    </div>
  );
}
