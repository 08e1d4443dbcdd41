/** What is measured of a queue: each does durable work on a file of its own, ten at a time. */

export type Queue = {
  /** Enqueues empty jobs while none may run, lets them run, and resolves when the last has ended. */
  backlog(count: number): Promise<{ readonly milliseconds: number }>;
  /** Enqueues one job to an idle worker; milliseconds until its function is called. */
  startLatency(): Promise<number>;
  close(): Promise<void>;
};

export type QueueKind = {
  readonly open: (file: string, directory: string) => Promise<Queue>;
  /** Jobs in a backlog: enough for half a second or so. */
  readonly backlog: number;
  /** Starts measured one by one. */
  readonly starts: number;
};

export const concurrency = 10;

/** Counts calls of a job's function, for who waits for the last of them. */
export function createCounter() {
  let left = 0;
  let resolve: () => void = () => {};
  return {
    expect(count: number): Promise<void> {
      left = count;
      return new Promise((done) => {
        resolve = done;
      });
    },
    called(): void {
      left -= 1;
      if (left === 0) resolve();
    },
  };
}
