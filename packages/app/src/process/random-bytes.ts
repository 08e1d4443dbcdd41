import { randomFillSync } from "node:crypto";

const poolBytes = 4096;
const pool = Buffer.alloc(poolBytes);
let used = poolBytes;

/**
 * Random bytes of the system's, as `node:crypto` gives them, fetched some thousands at a time: each fetch is a call
 * into the system, which an event would make several times. What was handed out is wiped here.
 *
 * @param count at most 256.
 */
export function randomBytes(count: number): Buffer {
  if (used + count > poolBytes) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = Buffer.from(pool.subarray(used, used + count));
  pool.fill(0, used, used + count);
  used += count;
  return bytes;
}
