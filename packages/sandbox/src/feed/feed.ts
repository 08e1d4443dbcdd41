/** Handing on what happens to whoever listens. */

/** Something that happened, as JSON, and whose it is. */
export type FeedEvent = {
  readonly kind: "call" | "delivery";
  readonly organizationId: string | undefined;
  readonly body: unknown;
};

export type Feed = {
  /** Tells everybody who listens. Costs nothing where nobody does: the body is made only then. */
  publish(event: () => FeedEvent): void;
  /**
   * What happens from now on, as server-sent events, until the reader goes or the Cloud ends.
   *
   * @param organizationId whose events; absent: all.
   */
  stream(organizationId?: string): ReadableStream<Uint8Array>;
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

  function stream(organizationId?: string): ReadableStream<Uint8Array> {
    let listener: Listener | undefined;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          listener = listenerOf(controller, organizationId, () => listeners.delete(added));
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
      if (listeners.size === 0) return;
      const happened = event();
      for (const listener of listeners) listener.send(happened);
    },
    stream,
    close: () => {
      for (const listener of [...listeners]) listener.end();
    },
  };
}

function listenerOf(
  controller: ReadableStreamDefaultController<Uint8Array>,
  organizationId: string | undefined,
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
  write(": listening\n\n");
  return {
    end,
    send: (event) => {
      if (organizationId !== undefined && event.organizationId !== organizationId) return;
      write(`event: ${event.kind}\ndata: ${JSON.stringify(event.body)}\n\n`);
      if ((controller.desiredSize ?? 0) <= 0) end();
    },
  };
}
