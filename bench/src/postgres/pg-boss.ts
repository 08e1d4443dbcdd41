/** pg-boss by itself, as its manual has it for speed: LISTEN/NOTIFY, batches, and a worker that goes on while there is more. */
import { PgBoss } from "pg-boss";
import { concurrency, createCounter, type Queue } from "../jobs/queue.ts";

const name = "empty";

export async function openPgBossQueue(url: string): Promise<Queue> {
  const boss = new PgBoss({ connectionString: url, max: 10, useListenNotify: true });
  boss.on("error", (error) => process.emitWarning(String(error)));
  await boss.start();
  await boss.createQueue(name, { notify: true });
  const counter = createCounter();
  let onStart = () => {};
  const work = async () => {
    await boss.work(
      name,
      { batchSize: concurrency, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 },
      async (jobs) => {
        await Promise.all(
          jobs.map(async () => {
            onStart();
            await new Promise<void>((resolve) => setImmediate(resolve));
            counter.called();
          }),
        );
      },
    );
  };
  await work();
  return {
    backlog: async (count) => {
      await boss.offWork(name);
      await Promise.all(Array.from({ length: count }, () => boss.send(name, {})));
      const done = counter.expect(count);
      const began = performance.now();
      await work();
      await done;
      return { milliseconds: performance.now() - began };
    },
    startLatency: async () => {
      const began = performance.now();
      const started = new Promise<number>((resolve) => {
        onStart = () => resolve(performance.now() - began);
      });
      const done = counter.expect(1);
      await boss.send(name, {});
      const latency = await started;
      onStart = () => {};
      await done;
      return latency;
    },
    close: () => boss.stop({ graceful: false }),
  };
}
