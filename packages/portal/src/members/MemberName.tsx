import { shortId } from "@annex/ui";
import { usePortal } from "../provider/portal-context.ts";
import { memberWords } from "./member-words.ts";

/** What a `MemberName` takes. */
export interface MemberNameProps {
  /** `user_…`; absent where Cloud named nobody. */
  readonly id: string | undefined;
  /** It stands by itself, as in a table, and not in a sentence. */
  readonly alone?: boolean;
}

/**
 * Who did something, for whoever reads it: "you", or a member by the id that Cloud tells, since it tells no name.
 *
 * @example
 * ```tsx
 * <p>Approved by <MemberName id={finding.approved_by} /></p>
 * ```
 */
export function MemberName({ id, alone = false }: MemberNameProps) {
  const { session } = usePortal();
  const known = memberWords(id, session.userId);
  if (known !== undefined) return <span className={alone ? "annex-alone" : undefined}>{known}</span>;
  return (
    <span>
      {alone ? "Member" : "member"}{" "}
      <code title={id} translate="no">
        {shortId(id ?? "")}
      </code>
    </span>
  );
}
