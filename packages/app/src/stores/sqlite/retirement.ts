/** Forgets what nobody needs any more, a few hundred rows a call, so that events are answered in between. */
import { systemJobs } from "../../installations/system-jobs.ts";
import type { Erased, Retirement } from "../interface.ts";
import { keptSql, keptValues, toKept } from "../kept.ts";
import { ownerText } from "../owner.ts";
import type { Connection } from "./connection.ts";
import type { Erasure } from "./erasure.ts";
import { forgetSteps } from "./runs.ts";
import { eraseSecrets } from "./secrets.ts";
import type { Transaction } from "./transaction.ts";

const most = 500;

// Keys grow with time and all rows of a table live equally long, so a look at the first few is enough.
const expiredSql = (table: string) => `DELETE FROM ${table} WHERE expires_at < ?
  AND token_key IN (SELECT token_key FROM ${table} ORDER BY token_key LIMIT ${most})`;
const eventsSql = `DELETE FROM events WHERE idempotency_key IN
  (SELECT idempotency_key FROM events WHERE received_at < ? ORDER BY received_at LIMIT ${most})`;
const endedRunsSql = `SELECT run_number FROM runs WHERE finished_at IS NOT NULL AND finished_at < ?
  ORDER BY finished_at LIMIT ${most}`;
const expiredKeysSql = `DELETE FROM run_keys WHERE (installed_app_id, job, key) IN
  (SELECT installed_app_id, job, key FROM run_keys WHERE expires_at < ? ORDER BY expires_at LIMIT ${most})`;
// An installation's clean-up hook still reads its documents.
const toEraseSql = `SELECT i.installed_app_id FROM installations i
  WHERE i.ended_at IS NOT NULL AND i.erased = 0 AND i.status <> 'revoked'
    AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.installed_app_id = i.installed_app_id
      AND r.status IN ('waiting', 'queued', 'running', 'failed') AND r.job = '${systemJobs["on-uninstall"]}')
  LIMIT 20`;
// Nobody of the tenant is active, and nobody was since the time given.
const endedTenantsSql = `SELECT t.tenant_number FROM tenants t WHERE NOT EXISTS
  (SELECT 1 FROM installations i WHERE i.instance_id = t.instance_id AND i.app_id = t.app_id
    AND (i.organization_id = t.organization_id OR i.organization_id IS NULL OR t.organization_id IS NULL)
    AND (i.ended_at IS NULL OR i.ended_at >= ?))
  LIMIT 20`;
const callsSql = `DELETE FROM effects WHERE (work, effect_id) IN (SELECT work, effect_id FROM effects
  WHERE noted_at < ? AND work >= 'call/' AND work < 'call0' ORDER BY noted_at LIMIT ${most})`;
// Entries are in the order of their times, but for clocks that jump: a look at the first ones is enough. The newest one
// stays, since the next one's number follows from it.
const oldEntriesSql = `DELETE FROM audit WHERE at < ? AND entry_number < (SELECT max(entry_number) FROM audit)
  AND entry_number IN (SELECT entry_number FROM audit ORDER BY entry_number LIMIT ${most})`;
const keptText = keptSql({ table: (name) => name, parameter: (place) => `?${place}` });
const callsOfSql = "DELETE FROM effects WHERE work >= ? AND work < ?";
const someDocumentsSql = `DELETE FROM documents WHERE owner = ?1 AND (collection, key) IN
  (SELECT collection, key FROM documents WHERE owner = ?1 LIMIT ${most})`;

export function createRetirement(
  connection: Connection,
  transaction: Transaction,
  erasure: Erasure,
): Retirement {
  const sql = connection.statement;
  const change = (text: string, ...values: (string | number)[]) => Number(sql(text).run(...values).changes);

  /** Documents of an owner in parts; how many there were. */
  async function eraseDocuments(owner: string): Promise<number> {
    for (let erased = 0; ; ) {
      const part = await transaction.run(() => change(someDocumentsSql, owner));
      erased += part;
      if (part < most) return erased;
    }
  }

  async function erase(installedAppId: string): Promise<Erased> {
    const owner = ownerText({ of: "installation", installedAppId });
    const documents = await eraseDocuments(owner);
    const counts = await transaction.run(() => {
      for (const { run_number } of sql("SELECT run_number FROM runs WHERE installed_app_id = ?").all(
        installedAppId,
      ))
        forgetSteps(connection, Number(run_number));
      change(callsOfSql, `call/${installedAppId}/`, `call/${installedAppId}0`);
      change("DELETE FROM run_keys WHERE installed_app_id = ?", installedAppId);
      change(
        "UPDATE installations SET erased = 1 WHERE installed_app_id = ? AND ended_at IS NOT NULL",
        installedAppId,
      );
      return {
        secrets: eraseSecrets(connection, owner),
        runs: change("DELETE FROM runs WHERE installed_app_id = ?", installedAppId),
        sessions:
          change("DELETE FROM portal_sessions WHERE installed_app_id = ?", installedAppId) +
          change("DELETE FROM portal_links WHERE installed_app_id = ?", installedAppId),
      };
    });
    if (documents + counts.secrets + counts.runs + counts.sessions > 0) await erasure.erased();
    return { documents, ...counts };
  }

  return {
    expired: (before) =>
      transaction.run(() =>
        ["portal_links", "portal_sessions"]
          .map((table) => change(expiredSql(table), before))
          .some((rows) => rows >= most),
      ),
    events: (before) => transaction.run(() => change(eventsSql, before) >= most),
    runs: (endedBefore, now) =>
      transaction.run(() => {
        const ended = sql(endedRunsSql).all(endedBefore);
        for (const { run_number } of ended) {
          forgetSteps(connection, Number(run_number));
          change("DELETE FROM runs WHERE run_number = ?", Number(run_number));
        }
        return change(expiredKeysSql, now) >= most || ended.length >= most;
      }),
    audit: (before) => transaction.run(() => change(oldEntriesSql, before) > 0),
    calls: (before) => transaction.run(() => change(callsSql, before) >= most),
    endedInstallations: async () => {
      const ids = sql(toEraseSql)
        .all()
        .map((row) => String(row["installed_app_id"]));
      for (const id of ids) await erase(id);
      return ids.length > 0;
    },
    tenants: async (endedBefore) => {
      const numbers = sql(endedTenantsSql)
        .all(endedBefore)
        .map((row) => Number(row["tenant_number"]));
      for (const tenantNumber of numbers) {
        const owner = ownerText({ of: "tenant", tenantNumber });
        await eraseDocuments(owner);
        await transaction.run(() => {
          eraseSecrets(connection, owner);
          change("DELETE FROM tenants WHERE tenant_number = ?", tenantNumber);
        });
      }
      if (numbers.length > 0) await erasure.erased();
      return numbers.length > 0;
    },
    erase,
    kept: async (installedAppId) => toKept(sql(keptText).all(...keptValues(installedAppId))),
  };
}
