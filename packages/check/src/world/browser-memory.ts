/**
 * A page may stream for ever, or keep what it makes: the process that shows it is ended before the machine suffers. What a
 * page sends is not counted but what becomes of it, whatever that is: text, a picture, a script's own heap.
 */
import { readFileSync } from "node:fs";
import type { Browser, CDPSession } from "playwright-core";

/** Many times what a page of an app takes, in bytes. */
export const mostOfPage = 2 * 1024 ** 3;
/** All pages that are open together. */
const mostOfAll = 4 * 1024 ** 3;
/** A page that only makes text fills some hundred megabytes in a second. */
const betweenLooks = 250;

/** A process that shows pages, and how much memory it takes, in bytes. */
type Renderer = { readonly id: number; readonly size: number };

/**
 * Those that have to be ended: what takes too much by itself, and the largest as long as all together do.
 *
 * @example
 * ```ts
 * toBeEnded([{ id: 7, size: 2 * mostOfPage }]); // [7]
 * ```
 */
export function toBeEnded(renderers: readonly Renderer[], most = mostOfPage): readonly number[] {
  const sorted = renderers.toSorted((left, right) => right.size - left.size);
  let left = sorted.reduce((sum, { size }) => sum + size, 0);
  return sorted
    .filter(({ size }) => {
      const ends = size > most || left > mostOfAll;
      if (ends) left -= size;
      return ends;
    })
    .map(({ id }) => id);
}

/** Ends processes of this browser that take too much, as long as it lives. Does nothing where the system doesn't tell. */
export async function watchMemory(browser: Browser, most = mostOfPage): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const look = async () => {
    await endLargeOnes(session, most).catch(() => undefined);
    if (!isOver) timer = setTimeout(look, betweenLooks).unref();
  };
  browser.once("disconnected", () => {
    isOver = true;
    clearTimeout(timer);
  });
  await look();
}

async function endLargeOnes(session: CDPSession, most: number): Promise<void> {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const renderers = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => ({ id, size: sizeOf(id) }));
  for (const id of toBeEnded(renderers, most)) process.kill(id, "SIGKILL");
}

const kibibyte = 1024;

/** What is its own in memory, as Linux tells. */
function sizeOf(id: number): number {
  try {
    const status = readFileSync(`/proc/${id}/status`, "latin1");
    return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * kibibyte;
  } catch {
    return 0;
  }
}
