import { CopyButton } from "../copy/CopyButton.tsx";
import { deepestBranch, entriesOf, jsonText } from "./json-text.ts";

/**
 * JSON as a tree that can be folded, every value with a copy button, every digit kept.
 *
 * @example
 * ```tsx
 * <JsonTree label="Metadata" value={balance.meta_data} />
 * ```
 */
export function JsonTree({ value, label }: { readonly value: unknown; readonly label: string }) {
  const entries = entriesOf(value);
  if (entries === undefined || entries.length === 0) return <p className="annex-dim">None.</p>;
  return (
    <ul className="annex-json" aria-label={label} translate="no">
      {entries.map(([key, item]) => (
        <Node key={key} name={key} path={key} value={item} depth={1} />
      ))}
    </ul>
  );
}

interface NodeProps {
  readonly name: string;
  readonly path: string;
  readonly value: unknown;
  readonly depth: number;
}

function Node({ name, path, value, depth }: NodeProps) {
  const entries = entriesOf(value);
  if (entries === undefined || depth >= deepestBranch) return <Leaf name={name} path={path} value={value} />;
  return (
    <li>
      <details open>
        <summary>
          <span className="annex-json__key">{name}</span>{" "}
          <span className="annex-json__key">
            {Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`}
          </span>
        </summary>
        <ul>
          {entries.map(([key, item]) => (
            <Node key={key} name={key} path={`${path}.${key}`} value={item} depth={depth + 1} />
          ))}
        </ul>
      </details>
    </li>
  );
}

function Leaf({ name, path, value }: Omit<NodeProps, "depth">) {
  const text = jsonText(value);
  return (
    <li className="annex-json__leaf">
      <span className="annex-json__key">{name}</span>
      <span data-kind={value === null ? "null" : typeof value}>{text === "" ? '""' : text}</span>
      <CopyButton value={text} name={path} />
    </li>
  );
}
