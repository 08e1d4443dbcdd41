/** Reconciliation through the Proxy: uploads, matching rules, runs. Contract section 8, Proxy API. */

import { CloudRefused, CoreError } from "../errors/index.ts";
import { jsonDecimal } from "../records/amounts.ts";
import {
  type ExternalTransaction,
  type MatchingCriterion,
  type MatchingRule,
  matchingRuleShape,
  type Reconciliation,
  readInteger,
  readObject,
  readRecord,
  reconciliationShape,
} from "../records/records.ts";
import { pathSegment } from "../transport/paths.ts";
import type { CallOptions } from "../transport/transport.ts";
import type { ProxyCaller } from "./call.ts";

export interface NewMatchingRule {
  readonly name: string;
  readonly description?: string | undefined;
  readonly criteria: readonly MatchingCriterion[];
}

interface RunSettings {
  readonly strategy: "one_to_one" | "one_to_many" | "many_to_one";
  readonly matching_rule_ids: readonly string[];
  readonly grouping_criteria?: string | undefined;
  readonly dry_run?: boolean | undefined;
}

/** Matches an earlier upload. */
export type ReconciliationRun = RunSettings & { readonly upload_id: string };
/** Matches external transactions sent along, at most 10,000. Amounts in major units as decimal text. */
export type InstantReconciliationRun = RunSettings & {
  readonly external_transactions: readonly (Omit<ExternalTransaction, "date" | "upload_id"> & {
    readonly date: Date;
  })[];
};

export interface Upload {
  readonly upload_id: string;
  readonly record_count: bigint;
  readonly source: string;
}

export interface ReconciliationCalls {
  /**
   * Uploads external transactions as CSV or JSON. The file's name must end in `.csv` or `.json`. Sent again only when
   * it certainly was not carried out.
   */
  uploadExternalTransactions(
    file: { readonly name: string; readonly content: Blob | string },
    source: string,
    options?: CallOptions,
  ): Promise<Upload>;
  /** Starts a run over an upload; the answer is its id. Sent again only when it certainly was not carried out. */
  startReconciliation(run: ReconciliationRun, options?: CallOptions): Promise<string>;
  /** Starts a run over external transactions sent along; the answer is its id. */
  startInstantReconciliation(run: InstantReconciliationRun, options?: CallOptions): Promise<string>;
  getReconciliation(reconciliationId: string, options?: CallOptions): Promise<Reconciliation>;
  createMatchingRule(rule: NewMatchingRule, options?: CallOptions): Promise<MatchingRule>;
  /** Replaces a rule whole. Repeating it changes nothing. */
  updateMatchingRule(ruleId: string, rule: NewMatchingRule, options?: CallOptions): Promise<MatchingRule>;
  /** Deletes a rule. A repeated try that finds it gone has succeeded. */
  deleteMatchingRule(ruleId: string, options?: CallOptions): Promise<void>;
}

/** Binds the calls on reconciliation. */
export function reconciliationCalls(proxy: ProxyCaller): ReconciliationCalls {
  const rulePath = (id: string) => `/reconciliation/matching-rules/${pathSegment(id, "rule_id")}`;
  const start = async (path: string, body: unknown, options: CallOptions | undefined) => {
    const { value } = await proxy.write({ method: "POST", path, body, repeat: "once", options });
    return String(readObject(value, "a reconciliation")["reconciliation_id"]);
  };
  return {
    async uploadExternalTransactions(file, source, options) {
      const body = new FormData();
      body.set("file", new Blob([file.content]), file.name);
      body.set("source", source);
      const path = "/reconciliation/upload";
      return readUpload((await proxy.write({ method: "POST", path, body, repeat: "once", options })).value);
    },
    startReconciliation: (run, options) => start("/reconciliation/start", run, options),
    startInstantReconciliation: (run, options) =>
      start("/reconciliation/start-instant", instantToWire(run), options),
    async getReconciliation(id, options) {
      const path = `/reconciliation/${pathSegment(id, "reconciliation_id")}`;
      return readRecord(reconciliationShape, (await proxy.read(path, {}, options)).value);
    },
    async createMatchingRule(body, options) {
      const path = "/reconciliation/matching-rules";
      const { value } = await proxy.write({ method: "POST", path, body, repeat: "once", options });
      return readRecord(matchingRuleShape, value);
    },
    async updateMatchingRule(id, body, options) {
      const { value } = await proxy.write({
        method: "PUT",
        path: rulePath(id),
        body,
        repeat: "repeatable",
        options,
      });
      return readRecord(matchingRuleShape, value);
    },
    async deleteMatchingRule(id, options) {
      const request = { method: "DELETE", path: rulePath(id), repeat: "repeatable", options } as const;
      const { result, earlierTryUnknown } = await proxy.attemptWrite(request);
      if (result instanceof Error && !(earlierTryUnknown && isGone(result))) throw result;
    },
  };
}

function isGone(error: Error): boolean {
  return (error instanceof CoreError || error instanceof CloudRefused) && error.status === 404;
}

function instantToWire(run: InstantReconciliationRun) {
  const external = run.external_transactions.map((transaction) => ({
    ...transaction,
    amount: signedDecimal(transaction.amount),
  }));
  return { ...run, external_transactions: external };
}

/** Bank lines can be negative, unlike a transaction's amount. */
function signedDecimal(text: string): unknown {
  const digits = text.startsWith("-") ? text.slice(1) : text;
  jsonDecimal(digits, "external_transactions.amount");
  return (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON(text);
}

function readUpload(value: unknown): Upload {
  const body = readObject(value, "an upload");
  return { ...(body as unknown as Upload), record_count: readInteger(body["record_count"], "record_count") };
}
