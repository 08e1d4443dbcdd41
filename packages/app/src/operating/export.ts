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

/**
 * All that an app keeps of one installation, without its keys and secrets. What may be long is read in parts while it
 * is gone through, so that an export may be of any length.
 */
export type ExportedInstallation = {
  readonly installation: Installation;
  readonly documents: AsyncIterable<ExportedDocument>;
  /** Of the tenant: what the next installation finds too. */
  readonly tenantDocuments: AsyncIterable<ExportedDocument>;
  /** Their names and prefixes. */
  readonly secrets: readonly KeptSecret[];
  readonly tenantSecrets: readonly KeptSecret[];
  /** Newest first. */
  readonly runs: AsyncIterable<JobRun>;
  /** Who did what in it. */
  readonly audit: AsyncIterable<KeptAuditEntry>;
};

const atOnce = 500;

export async function exportData(
  store: Store,
  installedAppId: string,
): Promise<ExportedInstallation | undefined> {
  const stored = await store.installations.find(installedAppId);
  if (stored === undefined) return undefined;
  const { generation: _generation, keyStoredAt: _keyStoredAt, ...installation } = stored;
  const tenantNumber = await store.installations.tenantNumber(installation, Date.now());
  const own: Owner = { of: "installation", installedAppId };
  const tenant: Owner = { of: "tenant", tenantNumber };
  return {
    installation,
    documents: documentsOf(store, own),
    tenantDocuments: documentsOf(store, tenant),
    secrets: (await store.secrets.list(own)).map(toKept),
    tenantSecrets: (await store.secrets.list(tenant)).map(toKept),
    runs: runsOf(store, installedAppId),
    audit: auditTrail(store, { installedAppId }),
  };
}

async function* documentsOf({ documents }: Store, owner: Owner): AsyncGenerator<ExportedDocument> {
  for (let after: Omit<ExportedDocument, "value"> | undefined; ; ) {
    const part = await documents.listAll(owner, after, atOnce);
    for (const { collection, key, text } of part) yield { collection, key, value: decodeValue(text) };
    after = part.at(-1);
    if (after === undefined) return;
  }
}

async function* runsOf({ runs }: Store, installedAppId: string): AsyncGenerator<JobRun> {
  for (let after: string | undefined; ; ) {
    const part = await runs.list(installedAppId, {
      jobs: undefined,
      statuses: undefined,
      after,
      limit: atOnce,
    });
    for (const run of part) yield toJobRun(run);
    after = part.at(-1)?.runId;
    if (after === undefined) return;
  }
}
