import { CopyButton } from "../copy/CopyButton.tsx";
import { shortId } from "./short-id.ts";

/**
 * An id short enough for a table; the whole one is in its title. No words, so a translator leaves it alone.
 *
 * @example
 * ```tsx
 * <ShortId id="bln_88c25b72-0000-4000-8000-0000e1aa0000" />
 * ```
 */
export function ShortId({ id }: { readonly id: string }) {
  return (
    <code className="annex-identifier annex-identifier--short" title={id} translate="no">
      {shortId(id)}
    </code>
  );
}

/**
 * An id in full, broken where it must.
 *
 * @example
 * ```tsx
 * <Identifier id="txn_1" />
 * ```
 */
export function Identifier({ id }: { readonly id: string }) {
  return (
    <code className="annex-identifier" translate="no">
      {id}
    </code>
  );
}

/**
 * An id in fixed width, shortened in its middle, with a button that copies the whole of it.
 *
 * @param props.label what the id is, for the button's name: "transaction" gives "Copy transaction txn_…"
 *
 * @example
 * ```tsx
 * <CopyableId id={transaction.transaction_id} label="transaction" />
 * ```
 */
export function CopyableId(props: { readonly id: string; readonly label: string; readonly whole?: boolean }) {
  return (
    <span className="annex-id">
      {props.whole === true ? <Identifier id={props.id} /> : <ShortId id={props.id} />}
      <CopyButton value={props.id} name={`${props.label} ${props.id}`} />
    </span>
  );
}
