/** All that an app keeps of one installation but what its secrets hide, for whoever asks for it. */

import type { KeptAuditEntry } from "../audit/index.ts";
import type { Installation } from "../installations/installation.ts";
import { toJobRun } from "../jobs/installation-jobs.ts";
import type { JobRun } from "../jobs/interface.ts";
import { toKept } from "../secrets/bind.ts";
import type { KeptSecret } from "../secrets/index.ts";
import type { Owner, Store } from "../stores/interface.ts";
import { decodeValue } from "../values/index.ts";
import { auditTrail } from "./audit-trail.ts";

export type ExportedDocument = { readonly collection: string; readonly key: string; readonly value: unknown };

export type ExportedInstallation = {
  readonly installation: Installation;
  readonly documents: readonly ExportedDocument[];
  /** Of the tenant: what the next installation finds too. */
  readonly tenantDocuments: readonly ExportedDocument[];
  /** Their names and prefixes. */
  readonly secrets: readonly KeptSecret[];
  readonly tenantSecrets: readonly KeptSecret[];
  readonly runs: readonly JobRun[];
  /** Who did what in it. */
  readonly audit: readonly KeptAuditEntry[];
};

const atOnce = 500;
const mostRuns = 1000;

export async function exportData(
  store: Store,
  installedAppId: string,
): Promise<ExportedInstallation | undefined> {
  const stored = await store.installations.find(installedAppId);
  if (stored === undefined) return undefined;
  const { generation: _generation, keyStoredAt: _keyStoredAt, ...installation } = stored;
  const tenantNumber = await store.installations.tenantNumber(installation, Date.now());
  const runs = await store.runs.list(installedAppId, {
    jobs: undefined,
    statuses: undefined,
    after: undefined,
    limit: mostRuns,
  });
  const own: Owner = { of: "installation", installedAppId };
  const tenant: Owner = { of: "tenant", tenantNumber };
  return {
    installation,
    documents: await documentsOf(store, own),
    tenantDocuments: await documentsOf(store, tenant),
    secrets: (await store.secrets.list(own)).map(toKept),
    tenantSecrets: (await store.secrets.list(tenant)).map(toKept),
    runs: runs.map((run) => toJobRun(run)),
    audit: await Array.fromAsync(auditTrail(store, { installedAppId })),
  };
}

async function documentsOf(store: Store, owner: Owner): Promise<readonly ExportedDocument[]> {
  const documents: ExportedDocument[] = [];
  for (;;) {
    const part = await store.documents.listAll(owner, documents.at(-1), atOnce);
    documents.push(
      ...part.map(({ collection, key, text }) => ({ collection, key, value: decodeValue(text) })),
    );
    if (part.length < atOnce) return documents;
  }
}
