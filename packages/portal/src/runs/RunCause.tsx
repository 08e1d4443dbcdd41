import type { RunCauseAnswer } from "@annex/protocol";
import { shortId } from "@annex/ui";
import { usePortal } from "../provider/portal-context.ts";
import { causeWords } from "./words.ts";

/**
 * Who or what started a run; a member by the id that Cloud tells, since it tells no name.
 *
 * @param props.alone it stands by itself, as in a table, and not in a sentence
 *
 * @example
 * ```tsx
 * <RunCause cause={run.cause} alone />
 * ```
 */
export function RunCause({
  cause,
  alone = false,
}: {
  readonly cause: RunCauseAnswer | undefined;
  readonly alone?: boolean;
}) {
  const { session } = usePortal();
  if (cause?.by === "member" && cause.user_id !== undefined && cause.user_id !== session.userId)
    return (
      <span>
        {alone ? "Member" : "member"}{" "}
        <code title={cause.user_id} translate="no">
          {shortId(cause.user_id)}
        </code>
      </span>
    );
  return <span className={alone ? "annex-alone" : undefined}>{causeWords(cause, session.userId)}</span>;
}
