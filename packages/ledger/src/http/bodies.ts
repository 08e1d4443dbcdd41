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
  with<T>(
    incoming: IncomingMessage,
    limit: number,
    work: (body: readonly Uint8Array[]) => Promise<T>,
  ): Promise<T>;
}

/** Smaller pieces than this are put together, since each takes some memory beside its bytes. */
const smallBytes = 16 * 1024;
const blockBytes = 64 * 1024;

/** A body in the pieces it came in. */
class Pieces {
  readonly all: Uint8Array[] = [];
  length = 0;
  /** What is left of a block for small pieces. */
  #room: Uint8Array = new Uint8Array();

  add(piece: Uint8Array): void {
    this.length += piece.byteLength;
    // Most bodies are small, and come in one piece.
    if (this.all.length === 0 || piece.byteLength >= smallBytes) {
      this.all.push(piece);
      this.#room = new Uint8Array();
    } else this.#copy(piece);
  }

  #copy(piece: Uint8Array): void {
    if (this.#room.byteLength < piece.byteLength) {
      const block = new Uint8Array(blockBytes);
      this.all.push(block.subarray(0, 0));
      this.#room = block;
    }
    this.#room.set(piece);
    const { buffer, byteOffset, byteLength } = this.all.at(-1) as Uint8Array;
    this.all[this.all.length - 1] = new Uint8Array(buffer, byteOffset, byteLength + piece.byteLength);
    this.#room = this.#room.subarray(piece.byteLength);
  }
}

/** @param most bytes for all bodies together */
export function createBodies(most: number): Bodies {
  let held = 0;

  async function keep(incoming: IncomingMessage, limit: number, pieces: Pieces): Promise<void> {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      const kept = chunk.subarray(0, limit - pieces.length);
      if (kept.byteLength === 0) continue;
      if (held + kept.byteLength > most) throw new NoRoomForBody();
      held += kept.byteLength;
      pieces.add(kept);
    }
  }

  return {
    async with(incoming, limit, work) {
      const pieces = new Pieces();
      try {
        await keep(incoming, limit, pieces);
        return await work(pieces.all);
      } finally {
        held -= pieces.length;
      }
    },
  };
}
