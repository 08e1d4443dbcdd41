/** Forgets what nobody needs any more, a few hundred rows a call, so that events are answered in between. */
import { systemJobs } from "../../installations/system-jobs.ts";
import type { Erased, Retirement } from "../interface.ts";
import { keptSql, keptValues, toKept } from "../kept.ts";
import { ownerText } from "../owner.ts";
import type { Connection } from "./connection.ts";
import { forgetSteps } from "./runs.ts";
import { eraseSecrets } from "./secrets.ts";
import type { Transaction } from "./transaction.ts";

const most = 500;

// Keys grow with time and all rows of a table live equally long, so a look at the first few is enough.
const expiredSql = (table: string) => `DELETE FROM annex.${table} WHERE expires_at < $1
  AND token_key IN (SELECT token_key FROM annex.${table} ORDER BY token_key LIMIT ${most})`;
// Of processes that are gone, long after anybody may still ask for them.
const marksSql = `DELETE FROM annex.commits WHERE place IN
  (SELECT place FROM annex.commits WHERE made_at < now() - interval '1 day' LIMIT ${most})`;
const eventsSql = `DELETE FROM annex.events WHERE idempotency_key IN
  (SELECT idempotency_key FROM annex.events WHERE received_at < $1 ORDER BY received_at LIMIT ${most})`;
const endedRunsSql = `DELETE FROM annex.runs WHERE run_number IN
  (SELECT run_number FROM annex.runs WHERE finished_at IS NOT NULL AND finished_at < $1
    ORDER BY finished_at LIMIT ${most}) RETURNING run_number`;
const expiredKeysSql = `DELETE FROM annex.run_keys WHERE (installed_app_id, job, key) IN
  (SELECT installed_app_id, job, key FROM annex.run_keys WHERE expires_at < $1 ORDER BY expires_at LIMIT ${most})`;
const callsSql = `DELETE FROM annex.effects WHERE (work, effect_id) IN (SELECT work, effect_id FROM annex.effects
  WHERE noted_at < $1 AND work >= 'call/' AND work < 'call0' ORDER BY noted_at LIMIT ${most})`;
// Entries are in the order of their times, but for clocks that jump: a look at the first ones is enough.
const oldEntriesSql = `DELETE FROM annex.audit WHERE at < $1
  AND entry_number IN (SELECT entry_number FROM annex.audit ORDER BY entry_number LIMIT ${most})`;
// An installation's clean-up hook still reads its documents.
const toEraseSql = `SELECT i.installed_app_id FROM annex.installations i
  WHERE i.ended_at IS NOT NULL AND NOT i.erased AND i.status <> 'revoked'
    AND NOT EXISTS (SELECT 1 FROM annex.runs r WHERE r.installed_app_id = i.installed_app_id
      AND r.status IN ('waiting', 'queued', 'running', 'failed') AND r.job = '${systemJobs["on-uninstall"]}')
  LIMIT 20`;
// Nobody of the tenant is active, and nobody was since the time given.
const endedTenantsSql = `SELECT t.tenant_number FROM annex.tenants t WHERE NOT EXISTS
  (SELECT 1 FROM annex.installations i WHERE i.instance_id = t.instance_id AND i.app_id = t.app_id
    AND (i.organization_id = t.organization_id OR i.organization_id IS NULL OR t.organization_id IS NULL)
    AND (i.ended_at IS NULL OR i.ended_at >= $1))
  LIMIT 20`;
const keptText = keptSql({ table: (name) => `annex.${name}`, parameter: (place) => `$${place}` });
const someDocumentsSql = `DELETE FROM annex.documents WHERE owner = $1 AND (collection, key) IN
  (SELECT collection, key FROM annex.documents WHERE owner = $1 LIMIT ${most})`;
const runsOfSql = "DELETE FROM annex.runs WHERE installed_app_id = $1 RETURNING run_number";
const erasedSql =
  "UPDATE annex.installations SET erased = true WHERE installed_app_id = $1 AND ended_at IS NOT NULL";

export function createRetirement({ query }: Connection, transaction: Transaction): Retirement {
  const change = async (sql: string, ...values: readonly unknown[]) => (await query(sql, values)).count;

  /** Documents of an owner in parts; how many there were. */
  async function eraseDocuments(owner: string): Promise<number> {
    for (let erased = 0; ; ) {
      const part = await change(someDocumentsSql, owner);
      erased += part;
      if (part < most) return erased;
    }
  }

  async function erase(installedAppId: string): Promise<Erased> {
    const owner = ownerText({ of: "installation", installedAppId });
    const documents = await eraseDocuments(owner);
    const counts = await transaction.run(async (held) => {
      const { rows } = await held(runsOfSql, [installedAppId]);
      await forgetSteps(
        held,
        rows.map((row) => Number(row["run_number"])),
      );
      await held("DELETE FROM annex.run_keys WHERE installed_app_id = $1", [installedAppId]);
      await held("DELETE FROM annex.effects WHERE work >= $1 AND work < $2", [
        `call/${installedAppId}/`,
        `call/${installedAppId}0`,
      ]);
      const sessions = await held("DELETE FROM annex.portal_sessions WHERE installed_app_id = $1", [
        installedAppId,
      ]);
      const links = await held("DELETE FROM annex.portal_links WHERE installed_app_id = $1", [
        installedAppId,
      ]);
      const secrets = await eraseSecrets(held, [owner]);
      await held(erasedSql, [installedAppId]);
      return { secrets, runs: rows.length, sessions: sessions.count + links.count };
    });
    return { documents, ...counts };
  }

  return {
    expired: async (before) => {
      const counts = [
        await change(expiredSql("portal_links"), before),
        await change(expiredSql("portal_sessions"), before),
        await change(marksSql),
      ];
      return counts.some((rows) => rows >= most);
    },
    events: async (before) => (await change(eventsSql, before)) >= most,
    runs: async (endedBefore, now) => {
      const ended = await transaction.run(async (held) => {
        const { rows } = await held(endedRunsSql, [endedBefore]);
        await forgetSteps(
          held,
          rows.map((row) => Number(row["run_number"])),
        );
        return rows.length;
      });
      return (await change(expiredKeysSql, now)) >= most || ended >= most;
    },
    audit: async (before) => (await change(oldEntriesSql, before)) > 0,
    calls: async (before) => (await change(callsSql, before)) >= most,
    endedInstallations: async () => {
      const { rows } = await query(toEraseSql);
      for (const row of rows) await erase(String(row["installed_app_id"]));
      return rows.length > 0;
    },
    tenants: async (endedBefore) => {
      const { rows } = await query(endedTenantsSql, [endedBefore]);
      for (const row of rows) {
        const tenantNumber = Number(row["tenant_number"]);
        const owner = ownerText({ of: "tenant", tenantNumber });
        await eraseDocuments(owner);
        await eraseSecrets(query, [owner]);
        await change("DELETE FROM annex.tenants WHERE tenant_number = $1", tenantNumber);
      }
      return rows.length > 0;
    },
    erase,
    kept: async (installedAppId) => toKept((await query(keptText, keptValues(installedAppId))).rows),
  };
}
