/** What is written to the audit trail apart from a transaction of its own: an author's entries, and calls that change something. */
import type { Actor, Audit, AuditDetails } from "../audit/index.ts";
import { describeFailure } from "../errors/describe.ts";
import type { Installation } from "../installations/installation.ts";
import type { Log } from "../log/index.ts";
import { actingNow } from "../process/whose-code.ts";
import type { Store } from "../stores/interface.ts";
import { encodeValue } from "../values/index.ts";

export type RecordingParts = {
  readonly store: Pick<Store, "audit">;
  readonly clock: () => number;
  readonly log: Log;
};

const actionForm = /^[a-z0-9._-]{1,60}$/;
const mostBytes = 4096;

/** Binds what an author adds to one installation. */
export function createAudit({ store, clock }: RecordingParts, { installedAppId }: Installation): Audit {
  return {
    record: async (action, details) => {
      if (!actionForm.test(action))
        throw new TypeError("An action is 1 to 60 lower-case letters, digits, '.', '_' or '-'.");
      checkDetails(details);
      const entry = { at: clock(), installedAppId, actor: actingNow(), action: `app.${action}` } as const;
      await store.audit.append(details === undefined ? entry : { ...entry, details });
    },
  };
}

/** Refuses what is secret, as everything does that is stored in clear. */
function checkDetails(details: AuditDetails | undefined): void {
  const text = encodeValue(details, "The details of an audit entry") ?? "";
  const isPlain = Object.values(details ?? {}).every(
    (value) => value === null || ["string", "number", "boolean"].includes(typeof value),
  );
  if (!isPlain) throw new TypeError("Details of an audit entry are texts, numbers, booleans and null.");
  if (Buffer.byteLength(text) > mostBytes)
    throw new TypeError("Details of an audit entry have at most 4 KiB.");
}

/** Answers a call, and writes down who made it and what came of it. */
export type RecordCall = <Answered extends { readonly status: number }>(
  installation: Installation,
  actor: Actor,
  route: string,
  answering: () => Promise<Answered>,
) => Promise<Answered>;

/** What has happened is not undone because it could not be written down; the log says so then. */
export function createRecordCall({ store, clock, log }: RecordingParts): RecordCall {
  return async ({ installedAppId }, actor, route, answering) => {
    const record = async (outcome: number | string) => {
      const details = { route, outcome };
      try {
        await store.audit.append({ at: clock(), installedAppId, actor, action: "portal.called", details });
      } catch (error) {
        log.error("A portal call could not be written to the audit trail.", { ...details, error });
      }
    };
    try {
      const answer = await answering();
      await record(answer.status);
      return answer;
    } catch (error) {
      await record(describeFailure(error).code);
      throw error;
    }
  };
}
