/** A recorded call as a command line. Pure. */
import type { AuditEntry, Delivery } from "../api/types.ts";

/** A text as one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * The call as `curl` makes it, with a variable where the key stands: keys are in no log. `undefined` for calls of the
 * dashboard itself, which no program makes.
 *
 * @param origin of the Cloud API
 * @example
 * ```ts
 * curlOf(entry, "http://127.0.0.1:4400");
 * // curl -X GET 'http://127.0.0.1:4400/data/ledgers?instance_id=inst_1' \
 * //   -H "Authorization: Bearer $ANNEX_KEY"
 * ```
 */
export function curlOf(
  entry: Pick<AuditEntry, "method" | "path" | "instance_id" | "request_body">,
  origin: string,
): string | undefined {
  if (entry.path.startsWith("/api/")) return undefined;
  const url = new URL(entry.path, origin);
  if (entry.instance_id !== null) url.searchParams.set("instance_id", entry.instance_id);
  const key = entry.path.startsWith("/admin/") ? "$ANNEX_ADMIN_TOKEN" : "$ANNEX_KEY";
  return [
    `curl -X ${entry.method} ${quoted(url.href)}`,
    `  -H "Authorization: Bearer ${key}"`,
    ...bodyParts(entry.request_body),
  ].join(" \\\n");
}

/** A delivery as `curl` sends it: its URL and its secrets are masked, as everywhere, and have to be filled in. */
export function curlOfDelivery(delivery: Pick<Delivery, "url" | "request_body">): string {
  return [`curl -X POST ${quoted(delivery.url)}`, ...bodyParts(delivery.request_body)].join(" \\\n");
}

function bodyParts(body: string | null | undefined): readonly string[] {
  if (body === null || body === undefined || body === "") return [];
  return ["  -H 'Content-Type: application/json'", `  --data ${quoted(body)}`];
}
