/**
 * The embedded engine as bytes in PostgreSQL's protocol, and how a statement that takes too long is ended.
 *
 * The engine has no timer, and while a statement runs nothing else does on its thread. But it asks this process for
 * each page that is not in its buffers; there the clock is looked at, and the engine's own mark of a cancel request is
 * set. It ends the statement at the next place where PostgreSQL looks for one.
 */
import type { PGlite } from "@electric-sql/pglite";

/** Bytes in, bytes out; calls must not overlap. */
export interface RawEngine {
  /**
   * Sends messages and gives the answers to them.
   *
   * @param longestMilliseconds how long they may take before PostgreSQL cancels them (57014); for ever if absent
   * @returns in memory of its own, which can be handed to another thread
   * @throws DatabaseError when the engine is gone
   */
  send(messages: Uint8Array<ArrayBuffer>, longestMilliseconds?: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** What is used of the engine's inside: its files, its memory, and where two of its variables are. */
interface Inside {
  readonly FS: { read: (...parameters: readonly unknown[]) => number };
  readonly HEAPU8: Uint8Array;
  readonly _InterruptPending: number;
  readonly _QueryCancelPending: number;
}

/** An engine on this thread. */
export function rawEngine(engine: PGlite): RawEngine {
  const inside = engine.Module as unknown as Inside;
  const readFile = inside.FS.read;
  let deadline = Number.POSITIVE_INFINITY;
  const askToCancel = (isAsked: 0 | 1): void => {
    inside.HEAPU8[inside._QueryCancelPending] = isAsked;
    if (isAsked === 1) inside.HEAPU8[inside._InterruptPending] = 1;
  };
  inside.FS.read = (...parameters) => {
    if (performance.now() > deadline) askToCancel(1);
    return readFile.apply(inside.FS, [...parameters]);
  };
  return {
    async send(messages, longestMilliseconds = Number.POSITIVE_INFINITY) {
      deadline = performance.now() + longestMilliseconds;
      try {
        return await answerOf(engine, messages);
      } finally {
        deadline = Number.POSITIVE_INFINITY;
        // One that ended by itself meanwhile leaves nothing to the next.
        askToCancel(0);
      }
    },
    close: () => engine.close(),
  };
}

/**
 * The engine's plain call gives the answer too, but reads it besides, and keeps every message that it has ever read. A
 * part lies in memory that the engine goes on using.
 */
async function answerOf(engine: PGlite, messages: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  await engine.execProtocolRawStream(messages, {
    onRawData: (part) => void parts.push(new Uint8Array(part)),
  });
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : concatenated(parts);
}

/** Parts as one, in memory of its own. */
export function concatenated(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
