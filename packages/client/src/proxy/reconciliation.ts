/** Reconciliation through the Proxy: uploads, matching rules, runs. Contract section 8, Proxy API. */
import {
  type MatchingRule,
  type Reconciliation,
  readRecord,
  reconciliationShape,
} from "../records/records.ts";
import { pathSegment } from "../transport/paths.ts";
import type { CallOptions } from "../transport/transport.ts";
import type {
  InstantReconciliationRun,
  NewMatchingRule,
  ReconciliationRun,
  Upload,
  UploadFile,
} from "./reconciliation-requests.ts";
import {
  instantRunWrite,
  type ReconciliationTools,
  ruleRemovalWrite,
  ruleUpdateWrite,
  ruleWrite,
  runWrite,
  uploadWrite,
} from "./reconciliation-writes.ts";

/**
 * Calls on reconciliation. Contract section 8, Proxy API.
 *
 * @example
 * const { upload_id } = await cloud.proxy.uploadExternalTransactions({ name: "bank.csv", content: csv }, "Bank");
 * const id = await cloud.proxy.startReconciliation({ upload_id, strategy: "one_to_one", matching_rule_ids: [ruleId] });
 */
export interface ReconciliationCalls {
  /**
   * Uploads external transactions as CSV or JSON. The file's name must end in `.csv` or `.json`. Sent again only when
   * it certainly was not carried out.
   */
  uploadExternalTransactions(file: UploadFile, source: string, options?: CallOptions): Promise<Upload>;
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
export function reconciliationCalls(tools: ReconciliationTools): ReconciliationCalls {
  const { proxy, effects } = tools;
  return {
    uploadExternalTransactions: async (file, source, options) =>
      effects.perform(uploadWrite(tools, file, source, options)),
    startReconciliation: async (run, options) => effects.perform(runWrite(tools, run, options)),
    startInstantReconciliation: async (run, options) => effects.perform(instantRunWrite(tools, run, options)),
    async getReconciliation(id, options) {
      const path = `/reconciliation/${pathSegment(id, "reconciliation_id")}`;
      return readRecord(reconciliationShape, (await proxy.read(path, {}, options)).value);
    },
    createMatchingRule: async (rule, options) => effects.perform(ruleWrite(tools, rule, options)),
    updateMatchingRule: async (id, rule, options) =>
      effects.perform(ruleUpdateWrite(tools, id, rule, options)),
    deleteMatchingRule: async (id, options) => effects.perform(ruleRemovalWrite(tools, id, options)),
  };
}
