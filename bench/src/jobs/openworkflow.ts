/** openworkflow as it comes: its own SQLite backend and its own loop. */
import { OpenWorkflow } from "openworkflow";
import { BackendSqlite } from "openworkflow/sqlite";
import { concurrency, createCounter, type Queue } from "./queue.ts";

export async function openPlainOpenWorkflow(file: string): Promise<Queue> {
  const backend = BackendSqlite.connect(file);
  const client = new OpenWorkflow({ backend });
  const counter = createCounter();
  let onStart = () => {};
  const workflow = client.defineWorkflow({ name: "empty" }, async () => {
    onStart();
    await new Promise<void>((resolve) => setImmediate(resolve));
    counter.called();
    return null;
  });
  return {
    backlog: async (count) => {
      for (let index = 0; index < count; index += 1) await workflow.run({});
      const done = counter.expect(count);
      const worker = client.newWorker({ concurrency });
      const began = performance.now();
      await worker.start();
      await done;
      const milliseconds = performance.now() - began;
      await worker.stop();
      return { milliseconds };
    },
    startLatency: async () => {
      const worker = client.newWorker({ concurrency });
      await worker.start();
      // Idle: it has looked in vain once.
      await new Promise((resolve) => setTimeout(resolve, 20));
      const began = performance.now();
      const started = new Promise<number>((resolve) => {
        onStart = () => resolve(performance.now() - began);
      });
      const done = counter.expect(1);
      await workflow.run({});
      const latency = await started;
      onStart = () => {};
      await done;
      await worker.stop();
      return latency;
    },
    close: () => backend.stop(),
  };
}
