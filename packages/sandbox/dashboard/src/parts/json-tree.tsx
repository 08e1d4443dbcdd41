/** JSON as a tree that can be folded, every value with a copy button, every digit kept. */
import { stringifyExactJson } from "@annex/protocol";
import { Text } from "@mantine/core";
import { CopyAction } from "./copy.tsx";

export function JsonTree({ value, label }: { readonly value: unknown; readonly label: string }) {
  const entries = entriesOf(value);
  if (entries === undefined || entries.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        None.
      </Text>
    );
  }
  return (
    <ul className="annex-json" aria-label={label}>
      {entries.map(([key, item]) => (
        <Node key={key} name={key} path={key} value={item} />
      ))}
    </ul>
  );
}

type NodeProps = { readonly name: string; readonly path: string; readonly value: unknown };

function Node({ name, path, value }: NodeProps) {
  const entries = entriesOf(value);
  if (entries === undefined) return <Leaf name={name} path={path} value={value} />;
  return (
    <li>
      <details open>
        <summary>
          <span className="annex-json-key">{name}</span>{" "}
          <span className="annex-json-key">
            {Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`}
          </span>
        </summary>
        <ul>
          {entries.map(([key, item]) => (
            <Node key={key} name={key} path={`${path}.${key}`} value={item} />
          ))}
        </ul>
      </details>
    </li>
  );
}

function Leaf({ name, path, value }: NodeProps) {
  const text = typeof value === "string" ? value : stringifyExactJson(value ?? null);
  return (
    <li className="annex-json-leaf">
      <span className="annex-json-key">{name}</span>
      <span data-kind={value === null ? "null" : typeof value}>{text === "" ? '""' : text}</span>
      <CopyAction value={text} name={path} />
    </li>
  );
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value);
}
