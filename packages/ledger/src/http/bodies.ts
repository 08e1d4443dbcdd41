/** Reading request bodies: bounded for each request by its route, and for all connections together. */
import type { IncomingMessage } from "node:http";

/** What the bodies that are being read or worked on may take together: a full upload, and a dozen full requests. */
export const mostBodyBytes = 320 * 1024 * 1024;

/** There is no room for another body now. Nothing was done. */
export class NoRoomForBody extends Error {
  override readonly name = "NoRoomForBody";
}

/** The bodies of one server. */
export interface Bodies {
  /**
   * Reads a body and works on it; its bytes count until the work is done. Of a longer body than `limit` the first
   * bytes are kept and the rest is read to nowhere.
   *
   * @throws NoRoomForBody
   */
  with<T>(incoming: IncomingMessage, limit: number, work: (body: Uint8Array) => Promise<T>): Promise<T>;
}

/** @param most bytes for all bodies together */
export function createBodies(most: number): Bodies {
  let held = 0;

  async function keep(incoming: IncomingMessage, limit: number, chunks: Buffer[]): Promise<void> {
    let length = 0;
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      const kept = chunk.subarray(0, limit - length);
      if (kept.byteLength === 0) continue;
      if (held + kept.byteLength > most) throw new NoRoomForBody();
      held += kept.byteLength;
      length += kept.byteLength;
      chunks.push(kept);
    }
  }

  return {
    async with(incoming, limit, work) {
      const chunks: Buffer[] = [];
      try {
        await keep(incoming, limit, chunks);
        return await work(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
      } finally {
        held -= chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
      }
    },
  };
}
