import type { RunCauseAnswer } from "@annex/protocol";
import { MemberName } from "../members/MemberName.tsx";
import { causeWords } from "./words.ts";

/**
 * Who or what started a run.
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
  if (cause?.by === "member") return <MemberName id={cause.user_id} alone={alone} />;
  return <span className={alone ? "annex-alone" : undefined}>{causeWords(cause)}</span>;
}
