/** A Core whose running requests are counted, so that stopping it can wait for them. */
import type { OpenCore } from "./open-core.ts";

/** An open Core, and when nothing runs in it any more. */
export type CountedCore = OpenCore & {
  /** Resolves when no request is running. New ones are kept away by whoever calls this. */
  idle(): Promise<void>;
};

/** Counts what goes through a Core's transport and reader. */
export function countedCore(core: OpenCore): CountedCore {
  let running = 0;
  let waiting: (() => void)[] = [];

  async function counted<Result>(work: () => Promise<Result>): Promise<Result> {
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      if (running === 0) {
        for (const resolve of waiting) resolve();
        waiting = [];
      }
    }
  }

  return {
    ...core,
    settle: () => counted(() => core.settle()),
    transport: { request: (request) => counted(() => core.transport.request(request)) },
    reader: async () => {
      const reader = await core.reader();
      return {
        list: (collection, query, browsing) => counted(() => reader.list(collection, query, browsing)),
        sums: (collection, query, search) => counted(() => reader.sums(collection, query, search)),
        get: (collection, id) => counted(() => reader.get(collection, id)),
        filter: (collection, body, query) => counted(() => reader.filter(collection, body, query)),
      };
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
