/** A delivery as a command line. Pure. */
import type { Delivery } from "../api/types.ts";

/** A text as one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A delivery as `curl` sends it: its URL and its secrets are masked, as everywhere, and have to be filled in. */
export function curlOfDelivery(delivery: Pick<Delivery, "url" | "request_body">): string {
  return [`curl -X POST ${quoted(delivery.url)}`, ...bodyParts(delivery.request_body)].join(" \\\n");
}

function bodyParts(body: string | null | undefined): readonly string[] {
  if (body === null || body === undefined || body === "") return [];
  return ["  -H 'Content-Type: application/json'", `  --data ${quoted(body)}`];
}
