/** A stream of server-sent events, asked for with the session, which the browser's own `EventSource` cannot send. */
import { pageHeaders } from "./own-session.ts";

export type StreamedEvent = { readonly type: string; readonly data: string };

export type Listener = {
  onConnected(connected: boolean): void;
  onEvent(event: StreamedEvent): void;
  /** The session has ended: nothing more comes, and nothing more is asked. */
  onSessionLost(): void;
};

const pauseMilliseconds = 3_000;

/** Listens until told to stop or the session ends, and comes back by itself when the line breaks. */
export async function listenTo(path: string, listener: Listener, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const end = await listenOnce(path, listener, signal).catch(() => "broken" as const);
    if (signal.aborted) return;
    listener.onConnected(false);
    if (end === "session-lost") {
      listener.onSessionLost();
      return;
    }
    await paused(signal);
  }
}

type End = "broken" | "session-lost";

async function listenOnce(path: string, listener: Listener, signal: AbortSignal): Promise<End> {
  const headers = { ...pageHeaders(), accept: "text/event-stream" };
  const response = await fetch(path, { headers, signal, credentials: "omit", cache: "no-store" });
  if (response.status === 401) return "session-lost";
  if (!response.ok || response.body === null) return "broken";
  listener.onConnected(true);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let unread = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const { events, rest } = eventsIn(unread + part.value);
    unread = rest;
    for (const event of events) listener.onEvent(event);
  }
  return "broken";
}

/** The whole events at the beginning of a text, and what is left of it. */
export function eventsIn(text: string): { readonly events: readonly StreamedEvent[]; readonly rest: string } {
  const blocks = text.split("\n\n");
  const rest = blocks.pop() ?? "";
  return { events: blocks.map(eventOf).filter(({ data }) => data !== ""), rest };
}

function eventOf(block: string): StreamedEvent {
  const lines = block.split("\n");
  const valuesOf = (field: string) =>
    lines.filter((line) => line.startsWith(`${field}: `)).map((line) => line.slice(field.length + 2));
  return { type: valuesOf("event")[0] ?? "message", data: valuesOf("data").join("\n") };
}

function paused(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, pauseMilliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
