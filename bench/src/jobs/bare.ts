/**
 * The least that a durable queue can do, by hand: a table, one commit to enqueue, one to claim, one to end; ten loops
 * that are woken within the process. No steps, retries, leases, guard or history by installation.
 */
import { DatabaseSync } from "node:sqlite";
import { concurrency, createCounter, type Queue } from "./queue.ts";

export async function openBareQueue(file: string): Promise<Queue> {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
    CREATE TABLE jobs (id INTEGER PRIMARY KEY, status TEXT NOT NULL, input TEXT, result TEXT);
    CREATE INDEX waiting ON jobs (id) WHERE status = 'queued';`);
  const insert = database.prepare("INSERT INTO jobs (status, input) VALUES ('queued', ?)");
  const claim = database.prepare(`UPDATE jobs SET status = 'running'
    WHERE id = (SELECT id FROM jobs WHERE status = 'queued' ORDER BY id LIMIT 1) RETURNING id`);
  const finish = database.prepare("UPDATE jobs SET status = 'completed', result = 'null' WHERE id = ?");
  const counter = createCounter();
  let onStart = () => {};
  let working = 0;

  async function loop(): Promise<void> {
    working += 1;
    for (let row = claim.get(); row !== undefined; row = claim.get()) {
      onStart();
      // The job's function, which is asynchronous in all that are compared.
      await new Promise<void>((resolve) => setImmediate(resolve));
      finish.run(Number(row["id"]));
      counter.called();
    }
    working -= 1;
  }
  const wake = () => {
    // Counted before: a loop that finds nothing has ended by the time the next one begins.
    const missing = concurrency - working;
    for (let index = 0; index < missing; index += 1)
      loop().catch((error: unknown) => process.emitWarning(String(error)));
  };
  return {
    backlog: async (count) => {
      for (let index = 0; index < count; index += 1) insert.run("null");
      const done = counter.expect(count);
      const began = performance.now();
      wake();
      await done;
      return { milliseconds: performance.now() - began };
    },
    startLatency: async () => {
      const began = performance.now();
      const started = new Promise<number>((resolve) => {
        onStart = () => resolve(performance.now() - began);
      });
      const done = counter.expect(1);
      insert.run("null");
      setImmediate(wake);
      const latency = await started;
      onStart = () => {};
      await done;
      return latency;
    },
    close: async () => database.close(),
  };
}
