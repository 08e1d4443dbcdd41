/**
 * From the outbox to the runs. A row and what it asks for are joined in one commit under the row's id, so that a row
 * that is seen again, after a crash between that commit and its mark, does nothing. Architecture, "The way of an event".
 */
import type { JobsHost, OutboxRow } from "../jobs-host.ts";
import type { Execution } from "./execution.ts";
import type { RunStore } from "./store/index.ts";

/** Names of the built-in jobs; no app's job can have them, as a name begins with a letter. */
export const hookJobs = { install: "@on-install", uninstall: "@on-uninstall" } as const;

const batch = 200;

/** What the app has hooks for; without one there is nothing to start. */
export type Hooks = { readonly install: boolean; readonly uninstall: boolean };

/** Carries out all rows that are not delivered, oldest first. */
export async function relayOutbox(
  host: JobsHost,
  store: RunStore,
  hooks: Hooks,
  executions: ReadonlyMap<number, Execution>,
): Promise<void> {
  for (;;) {
    const rows = await host.outbox.undelivered(batch);
    if (rows.length === 0) return;
    host.crashPoint("relay-read");
    const work = rows.filter(({ kind }) => kind !== "install" || hooks.install);
    const cancelled =
      work.length === 0
        ? []
        : await store.transaction(() => work.flatMap((row) => carryOut(row, host, store, hooks)));
    for (const runNumber of cancelled) executions.get(runNumber)?.stop("cancelled");
    host.crashPoint("relay-committed");
    const ids = rows.map((row) => row.outboxId);
    await host.outbox.markDelivered(ids);
    host.crashPoint("relay-marked");
    if (work.length > 0) await store.forgetOutboxRows(Math.max(...ids));
    if (rows.length < batch) return;
  }
}

/** Inside a transaction; gives the numbers of the runs it cancelled. */
function carryOut(row: OutboxRow, host: JobsHost, store: RunStore, hooks: Hooks): readonly number[] {
  if (!store.takeOutboxRow(row.outboxId)) return [];
  const { installedAppId, kind } = row;
  const now = host.clock();
  const cancelled = kind === "install" ? [] : store.cancelAll(installedAppId, hookJobs.uninstall, now);
  if (kind !== "ended" && hooks[kind]) {
    const dedupeKey = `outbox/${row.outboxId}`;
    store.insert({ installedAppId, job: hookJobs[kind], hook: true, dedupeKey }, now);
  }
  return cancelled;
}
