/** Handing on what happens to whoever listens. */

/** Something that happened, by its id in the log that has it, and whose it is. */
export type FeedEvent = { readonly organizationId: string | undefined } & (
  | { readonly kind: "call"; readonly requestId: string }
  | { readonly kind: "delivery"; readonly deliveryId: string }
);

/** Who listens to what. */
export type FeedListening = {
  /** Whose events; absent: all. */
  readonly organizationId?: string;
  /** An event as it is told, the way its log shows it; nothing where that has forgotten it. */
  show(event: FeedEvent): Promise<unknown>;
};

export type Feed = {
  /** Tells everybody who listens. Costs nothing where nobody does. */
  publish(event: FeedEvent): void;
  /** What happens from now on, as server-sent events, until the reader goes or the Cloud ends. */
  stream(listening: FeedListening): ReadableStream<Uint8Array>;
  /** Ends every stream. */
  close(): void;
};

type Listener = { send(event: FeedEvent): void; end(): void };

/** Events a reader may be behind; then it is cut off, and reads the logs. */
const mostWaiting = 1000;
const heartbeatMilliseconds = 15_000;

/** A feed that nobody listens to yet. */
export function createFeed(): Feed {
  const listeners = new Set<Listener>();

  function stream(listening: FeedListening): ReadableStream<Uint8Array> {
    let listener: Listener | undefined;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          listener = listenerOf(controller, listening, () => listeners.delete(added));
          const added = listener;
          listeners.add(added);
        },
        cancel: () => listener?.end(),
      },
      { highWaterMark: mostWaiting },
    );
  }

  return {
    publish: (event) => {
      for (const listener of listeners) listener.send(event);
    },
    stream,
    close: () => {
      for (const listener of [...listeners]) listener.end();
    },
  };
}

function listenerOf(
  controller: ReadableStreamDefaultController<Uint8Array>,
  { organizationId, show }: FeedListening,
  gone: () => void,
): Listener {
  const write = (text: string) => controller.enqueue(Buffer.from(text));
  // A comment now and then, so that a reader that is gone is noticed, and nothing in between closes the line.
  const heartbeat = setInterval(() => write(": still here\n\n"), heartbeatMilliseconds);
  heartbeat.unref();
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    clearInterval(heartbeat);
    gone();
    try {
      controller.close();
    } catch {
      // The reader went first.
    }
  };
  let waiting = 0;
  let telling: Promise<unknown> = Promise.resolve();
  /** One after the other, in the order in which they happened. */
  const tell = async (event: FeedEvent) => {
    const body = await show(event);
    waiting -= 1;
    if (!ended && body !== undefined) write(`event: ${event.kind}\ndata: ${JSON.stringify(body)}\n\n`);
  };
  write(": listening\n\n");
  return {
    end,
    send: (event) => {
      if (organizationId !== undefined && event.organizationId !== organizationId) return;
      waiting += 1;
      telling = telling.then(() => tell(event)).catch(end);
      if (waiting >= (controller.desiredSize ?? 0)) end();
    },
  };
}
