/** The audit trail from its oldest entry on, a part at a time, so that it may be as long as it is. */
import type { KeptAuditEntry } from "../audit/index.ts";
import type { Store } from "../stores/interface.ts";

const atOnce = 500;

export async function* auditTrail(
  store: Pick<Store, "audit">,
  { installedAppId, since }: { readonly installedAppId?: string; readonly since?: Date },
): AsyncGenerator<KeptAuditEntry> {
  for (let after = 0; ; ) {
    const part = await store.audit.list({
      ...(installedAppId === undefined ? {} : { installedAppId }),
      since: since?.getTime() ?? 0,
      after,
      limit: atOnce,
    });
    yield* part;
    const last = part.at(-1);
    if (last === undefined) return;
    after = last.entryNumber;
  }
}
