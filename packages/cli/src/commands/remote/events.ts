/** What happens in a running Cloud, as its admin API tells it: server-sent events. */
import { CommandError } from "../../failures/index.ts";
import type { RunningCloud } from "../../running-cloud.ts";

/** A recorded call or a delivery. */
export type CloudEvent = {
  readonly kind: "call" | "delivery";
  readonly data: Readonly<Record<string, unknown>>;
};

/** Events from now on, until the Cloud ends or the signal stops it. */
export async function* cloudEvents(
  { runFile }: RunningCloud,
  signal: AbortSignal,
): AsyncGenerator<CloudEvent> {
  const headers = { authorization: `Bearer ${runFile.cloud.admin_token}` };
  const response = await fetch(`${runFile.cloud.url}/admin/events`, { headers, signal });
  if (!response.ok || response.body === null)
    throw new CommandError(
      `The local Cloud does not tell what happens (${response.status}).`,
      "It may be of an older version: start it again.",
    );
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of response.body) {
    text += decoder.decode(part, { stream: true });
    const whole = text.split("\n\n");
    text = whole.pop() ?? "";
    yield* whole.flatMap(readEvent);
  }
}

function readEvent(block: string): readonly CloudEvent[] {
  const [, kind, data] = /^event: (call|delivery)\ndata: (.*)$/.exec(block) ?? [];
  if (kind === undefined || data === undefined) return [];
  return [{ kind: kind as CloudEvent["kind"], data: JSON.parse(data) as Record<string, unknown> }];
}
