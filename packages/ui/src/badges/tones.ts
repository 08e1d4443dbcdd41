/** How serious something is. Never said by colour alone: a word or a sign says it too. */
export type Tone = "info" | "success" | "warning" | "danger" | "neutral";

/**
 * The tone of an HTTP status; none at all counts as a failure.
 *
 * @example
 * ```ts
 * httpTone(404); // "danger"
 * ```
 */
export function httpTone(status: number | null): Tone {
  if (status === null || status === 0) return "danger";
  if (status < 300) return "success";
  return status < 400 ? "info" : "danger";
}
