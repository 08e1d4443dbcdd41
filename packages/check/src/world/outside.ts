/**
 * A page's request asked outside of the browser, to the letter: what the browser says of it (Fetch Metadata above all) goes
 * along as it was, which Node's own fetch would change.
 */
import { request as askPlain, type IncomingMessage } from "node:http";
import { request as askSecure } from "node:https";

export type Outside = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
  /** Ends the request, whatever has come. */
  readonly signal: AbortSignal;
  /** A stream of events is read so long, in milliseconds: it has no end. */
  readonly longestStream: number;
};

export type FromOutside = {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
};

/** Redirects are not followed. @throws Error where no answer comes, or the signal ends it. */
export async function askOutside(asked: Outside): Promise<FromOutside> {
  const answer = await begin(asked);
  const isStream = (answer.headers["content-type"] ?? "").includes("text/event-stream");
  const timer = isStream ? setTimeout(() => answer.destroy(), asked.longestStream) : undefined;
  try {
    return {
      status: answer.statusCode ?? 0,
      headers: pairs(answer.rawHeaders),
      body: await read(answer, isStream),
    };
  } finally {
    clearTimeout(timer);
  }
}

function begin({ method, url, headers, body, signal }: Outside): Promise<IncomingMessage> {
  const ask = url.startsWith("https:") ? askSecure : askPlain;
  return new Promise((resolve, reject) => {
    const sent = ask(url, {
      method,
      headers: { ...headers, "accept-encoding": "identity" },
      signal,
      agent: false,
    });
    sent.once("response", resolve).once("error", reject);
    sent.end(body ?? undefined);
  });
}

/** More than any page, script or picture of an app is. What goes on for ever is read no further. */
const mostBytes = 64 * 1024 * 1024;

/** Of a stream what came until it was ended. */
async function read(answer: IncomingMessage, isStream: boolean): Promise<Buffer> {
  const parts: Buffer[] = [];
  try {
    let length = 0;
    for await (const part of answer) {
      parts.push(part as Buffer);
      length += (part as Buffer).length;
      if (length > mostBytes) break;
    }
  } catch (error) {
    if (!isStream) throw error;
  }
  return Buffer.concat(parts);
}

function pairs(raw: readonly string[]): readonly (readonly [string, string])[] {
  return raw.flatMap((name, place) =>
    place % 2 === 0 ? [[name.toLowerCase(), raw[place + 1] ?? ""] as const] : [],
  );
}
