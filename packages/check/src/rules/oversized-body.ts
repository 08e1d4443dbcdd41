import { callbackBodyLimit } from "@annex/protocol";
import { describeAnswer, fail, pass, refused, type Verdict } from "../evidence/index.ts";
import { deliver, installBody, installed, portalBody, requestPortal, sendRaw } from "../world/index.ts";
import { isStored } from "./parts/known.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "oversized-body",
  title: "A body of more than 64 KiB is refused",
  section: "5",
  holdsTo: "> 64 KiB: 413, nothing stored.",
  severity: "minor",
  how: "An install event with an extra field of 80 KiB, one of 4 MiB, and one of 80 KiB in chunks, which names no length, are sent, and a portal request of 80 KiB.",
  fix: "Count what is read of a request's body, whatever its Content-Length says, stop after 64 KiB and answer 413.",
  standsOn: [portalAccepted],
  shownBy: portalAccepted,
  observe: async (world): Promise<Seen> => {
    const tenant = world.tenant();
    const sizes = [callbackBodyLimit + 16 * 1024, 4 * 1024 * 1024];
    const problems: string[] = [];
    for (const size of sizes) {
      const answer = await deliver(world.options.callback, {
        ...installBody(tenant),
        padding: "x".repeat(size),
      });
      // A connection closed in the middle of what is too long is a refusal as well.
      if (answer.status !== null && !refused(answer))
        problems.push(
          `A body of ${Math.round(size / 1024)} KiB was not refused: the app ${describeAnswer(answer)}.`,
        );
    }
    const { callback } = world.options;
    // What is written by hand is not encrypted.
    const withoutChunks = new URL(callback).protocol !== "http:";
    const body = JSON.stringify({ ...installBody(tenant), padding: "x".repeat(sizes[0] ?? 0) });
    if (!withoutChunks && isTakenIn(await sendInChunks(callback, body)))
      problems.push("A body of 80 KiB, sent in chunks without a Content-Length, was not refused.");
    const living = await installed(world);
    const request = { ...portalBody(living), padding: "x".repeat(callbackBodyLimit + 16 * 1024) };
    const launched = await requestPortal(world.options.portal, request);
    if (launched.status !== null && !refused(launched))
      problems.push(`An oversized portal request was not refused: the app ${describeAnswer(launched)}.`);
    // What was taken in is stored; what was refused must not be.
    if (problems.length === 0 && (await isStored(world, tenant)))
      problems.push("An oversized install event was refused and stored all the same.");
    return { problems, withoutChunks };
  },
  judge: judgeOversized,
});

type Seen = {
  readonly problems: readonly string[];
  /** Whether no body was sent in chunks. */
  readonly withoutChunks: boolean;
};

export function judgeOversized({ problems, withoutChunks }: Seen): Verdict {
  if (problems.length > 0) return fail(...problems);
  const left = withoutChunks ? " One in chunks was not sent, which needs a callback URL in plain http." : "";
  return pass(`Each was refused, and nothing was stored.${left}`);
}

/** Whether what came back says so, of whatever HTTP it is. */
export function isTakenIn(raw: string): boolean {
  return /^HTTP\/1\.[01] 2/.test(raw);
}

const chunkLength = 8 * 1024;

/** The same event as a program sends it that makes it while it sends. */
function sendInChunks(url: string, body: string): Promise<string> {
  const { host, pathname, search } = new URL(url);
  const chunks = Array.from({ length: Math.ceil(body.length / chunkLength) }, (_, place) => {
    const part = body.slice(place * chunkLength, (place + 1) * chunkLength);
    return `${part.length.toString(16)}\r\n${part}\r\n`;
  });
  const head = `POST ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
  return sendRaw(url, [head, ...chunks, "0\r\n\r\n"], { pauseMilliseconds: 1 });
}
