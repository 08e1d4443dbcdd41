/** What happens in a running Cloud, as its admin API tells it: server-sent events. */
import { CommandError } from "../../failures/index.ts";
import { type RunningCloud, silent } from "../../running-cloud.ts";

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
  const { url, admin_token: token } = runFile.cloud;
  const ended = (cause: unknown): never => {
    throw new CommandError(
      `The local Cloud at ${url} ended in the middle of what it told.`,
      "It may have been killed; start it again with `annex dev`.",
      { cause },
    );
  };
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/admin/events`, { headers, signal }).catch((cause: unknown) => {
    throw silent(runFile, cause);
  });
  if (!response.ok || response.body === null)
    throw new CommandError(
      `The local Cloud does not tell what happens (${response.status}).`,
      "It may be of an older version: start it again.",
    );
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value = "" } = await reader.read().catch(ended);
    if (done) return;
    const whole = (text + value).split("\n\n");
    text = whole.pop() ?? "";
    yield* whole.flatMap(readEvent);
  }
}

function readEvent(block: string): readonly CloudEvent[] {
  const [, kind, data] = /^event: (call|delivery)\ndata: (.*)$/.exec(block) ?? [];
  if (kind === undefined || data === undefined) return [];
  return [{ kind: kind as CloudEvent["kind"], data: JSON.parse(data) as Record<string, unknown> }];
}
