/** The writes of reconciliation as effects. Nothing of the caller's is recorded with them: they are known by what came. */
import type { DataApi } from "../data/data.ts";
import type { Effects, Write } from "../effects/index.ts";
import { CloudError, CloudRefused, CoreError } from "../errors/index.ts";
import { holdsFields, sightNewcomer } from "../looks/index.ts";
import {
  type MatchingRule,
  matchingRuleShape,
  readInteger,
  readObject,
  readRecord,
} from "../records/records.ts";
import { pathSegment } from "../transport/paths.ts";
import type { CallOptions } from "../transport/transport.ts";
import type { ProxyCaller } from "./call.ts";
import {
  type InstantReconciliationRun,
  instantToWire,
  type NewMatchingRule,
  type ReconciliationRun,
  type Upload,
  type UploadFile,
} from "./reconciliation-requests.ts";

/** Parts that the calls on reconciliation need. */
export interface ReconciliationTools {
  readonly proxy: ProxyCaller;
  readonly effects: Effects;
  readonly data: DataApi;
}

/**
 * An upload: what came in is not told apart by anything the Cloud shows, so a person has to look. When he saw that it
 * came, which upload it is stands on its first row, unless that row was there before: Core takes no id twice.
 */
export function uploadWrite(
  { proxy, data }: ReconciliationTools,
  file: UploadFile,
  source: string,
  options: CallOptions | undefined,
): Write<unknown, Upload> {
  const firstRow = async () => {
    const rowId = await firstRowId(file);
    return rowId === undefined ? undefined : orUndefined(data.externalTransactions.get(rowId, options));
  };
  return {
    kind: "upload",
    what: `the upload of ${file.name}`,
    lookAt: () => `for external transactions of the source "${source}" with the ids that are in ${file.name}`,
    body: {
      name: file.name,
      source,
      content: typeof file.content === "string" ? file.content : file.content.size,
    },
    divisible: true,
    async send() {
      const body = new FormData();
      body.set("file", new Blob([file.content]), file.name);
      body.set("source", source);
      const path = "/reconciliation/upload";
      return readUpload((await proxy.write({ method: "POST", path, body, repeat: "once", options })).value);
    },
    before: async () => (await firstRow())?.upload_id ?? "",
    look: async ({ before }, _notedAt, seen) => {
      const row = seen === "done" && before === "" ? await firstRow() : undefined;
      if (row?.upload_id === undefined || row.source !== source) return { sight: "unclear" };
      return { sight: "done", result: await uploadById(data, row.upload_id, source, options) };
    },
    recall: readUpload,
  };
}

/** A run over an upload: known by a run of the same upload that was not there before. */
export function runWrite(
  tools: ReconciliationTools,
  run: ReconciliationRun,
  options: CallOptions | undefined,
): Write<ReconciliationRun, string> {
  const alike = () => runsOf(tools.data, run.upload_id, options);
  return {
    kind: "reconciliation",
    target: run.upload_id,
    what: `a reconciliation of ${run.upload_id}`,
    lookAt: () => `for a reconciliation of ${run.upload_id}`,
    body: run,
    before: alike,
    send: (body) => start(tools.proxy, "/reconciliation/start", body, options),
    look: async ({ before }) =>
      sightNewcomer(await alike(), (id) => id, before as readonly string[] | undefined),
    recall: String,
  };
}

/** A run over rows sent along: each row's id is recorded once in the instance, with the run's own upload. */
export function instantRunWrite(
  tools: ReconciliationTools,
  run: InstantReconciliationRun,
  options: CallOptions | undefined,
): Write<InstantReconciliationRun, string> {
  const rowId = run.external_transactions[0]?.id ?? "";
  return {
    kind: "reconciliation",
    what: "an instant reconciliation",
    lookAt: () => `for a reconciliation with the external transaction ${rowId}`,
    body: run,
    before: async () => uploadOf(tools.data, rowId, options),
    send: (body) => start(tools.proxy, "/reconciliation/start-instant", instantToWire(body), options),
    async look({ before }) {
      const uploadId = await uploadOf(tools.data, rowId, options);
      if (uploadId === "") return { sight: "absent" };
      if (before !== "") return { sight: "unclear" };
      return sightNewcomer(await runsOf(tools.data, uploadId, options), (id) => id, []);
    },
    recall: String,
  };
}

/** A new rule: known by a rule of the same content that was not there before. */
export function ruleWrite(
  tools: ReconciliationTools,
  rule: NewMatchingRule,
  options: CallOptions | undefined,
): Write<NewMatchingRule, MatchingRule> {
  const alike = async () => {
    const rules: MatchingRule[] = [];
    for await (const found of tools.data.matchingRules.iterate({}, options))
      if (holdsFields(found, rule)) rules.push(found);
    return rules;
  };
  return {
    kind: "matching_rule",
    what: `the matching rule "${rule.name}"`,
    lookAt: () => `for a matching rule named "${rule.name}"`,
    body: rule,
    before: async () => (await alike()).map(({ rule_id: id }) => id),
    async send(body) {
      const path = "/reconciliation/matching-rules";
      const { value } = await tools.proxy.write({ method: "POST", path, body, repeat: "once", options });
      return readRecord(matchingRuleShape, value);
    },
    look: async ({ before }) =>
      sightNewcomer(await alike(), ({ rule_id: id }) => id, before as readonly string[] | undefined),
    recall: (noted) => readRecord(matchingRuleShape, noted),
  };
}

/** A rule replaced whole: repeating it changes nothing. */
export function ruleUpdateWrite(
  tools: ReconciliationTools,
  id: string,
  rule: NewMatchingRule,
  options: CallOptions | undefined,
): Write<NewMatchingRule, MatchingRule> {
  const path = rulePath(id);
  return {
    kind: "matching_rule_update",
    target: id,
    what: `the change of the matching rule ${id}`,
    lookAt: () => `at the matching rule ${id}`,
    body: rule,
    repeatable: true,
    patience: [0],
    async send(body) {
      const { value } = await tools.proxy.write({ method: "PUT", path, body, repeat: "repeatable", options });
      return readRecord(matchingRuleShape, value);
    },
    async look(_effect, _notedAt, seen) {
      const found = await ruleOf(tools.data, id, options);
      // What a person saw done, and another changed since, is not set back.
      return found !== undefined && (seen === "done" || holdsFields(found, rule))
        ? { sight: "done", result: found }
        : { sight: "absent" };
    },
    recall: (noted) => readRecord(matchingRuleShape, noted),
  };
}

/** A rule removed: one that is gone is removed. */
export function ruleRemovalWrite(
  tools: ReconciliationTools,
  id: string,
  options: CallOptions | undefined,
): Write<string, void> {
  return {
    kind: "matching_rule_removal",
    target: id,
    what: `the removal of the matching rule ${id}`,
    lookAt: () => `whether the matching rule ${id} is still there`,
    body: id,
    patience: [0],
    async send() {
      const request = { method: "DELETE", path: rulePath(id), repeat: "repeatable", options } as const;
      const { result, earlierTryUnknown } = await tools.proxy.attemptWrite(request);
      if (result instanceof CloudError && !(earlierTryUnknown && isGone(result))) throw result;
    },
    async look() {
      const found = await ruleOf(tools.data, id, options);
      return found === undefined ? { sight: "done", result: undefined } : { sight: "absent" };
    },
    saysDone: isGone,
    recall: () => undefined,
    assume: () => undefined,
  };
}

function rulePath(id: string): string {
  return `/reconciliation/matching-rules/${pathSegment(id, "rule_id")}`;
}

async function start(proxy: ProxyCaller, path: string, body: unknown, options: CallOptions | undefined) {
  const { value } = await proxy.write({ method: "POST", path, body, repeat: "once", options });
  return String(readObject(value, "a reconciliation")["reconciliation_id"]);
}

async function runsOf(data: DataApi, uploadId: string, options: CallOptions | undefined) {
  const ids: string[] = [];
  for await (const run of data.reconciliations.iterate({}, options))
    if (run.upload_id === uploadId) ids.push(run.reconciliation_id);
  return ids;
}

/** The upload an external transaction came with; an empty text where there is no such transaction. */
async function uploadOf(data: DataApi, rowId: string, options: CallOptions | undefined): Promise<string> {
  const row = await orUndefined(data.externalTransactions.get(rowId, options));
  return row?.upload_id ?? "";
}

async function uploadById(
  data: DataApi,
  uploadId: string,
  source: string,
  options: CallOptions | undefined,
): Promise<Upload> {
  const count = async (filters: { readonly upload_id_eq?: string }) => {
    let rows = 0n;
    for await (const row of data.externalTransactions.iterate({ filters }, options))
      if (row.upload_id === uploadId) rows += 1n;
    return rows;
  };
  // Beside a hundred thousand of other uploads; where Cloud has no such filter, all are gone through.
  const counted = await count({ upload_id_eq: uploadId }).catch((error: unknown) => {
    if (error instanceof CloudRefused && error.status === 400) return count({});
    throw error;
  });
  return { upload_id: uploadId, record_count: counted, source };
}

/** The id of a file's first row; undefined where it has none, or is in no form that is read here. */
async function firstRowId({ name, content }: UploadFile): Promise<string | undefined> {
  const text = typeof content === "string" ? content : await content.text();
  const id = name.toLowerCase().endsWith(".json") ? firstIdOfJson(text) : firstIdOfCsv(text);
  return id === "" ? undefined : id;
}

function firstIdOfJson(text: string): string | undefined {
  try {
    const id: unknown = (JSON.parse(text) as { readonly id?: unknown }[])[0]?.id;
    return typeof id === "string" ? id : undefined;
  } catch {
    return undefined;
  }
}

// An id holds no comma and no quotation mark of its own; what stands before it in its row may not either.
function firstIdOfCsv(text: string): string | undefined {
  const [names, values] = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line) => line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1")));
  const column = names?.findIndex((name) => name.toLowerCase() === "id") ?? -1;
  return column === -1 ? undefined : values?.[column];
}

function ruleOf(data: DataApi, id: string, options: CallOptions | undefined) {
  return orUndefined(data.matchingRules.get(id, options));
}

async function orUndefined<Item>(read: Promise<Item>): Promise<Item | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof CloudError && isGone(error)) return undefined;
    throw error;
  }
}

function isGone(error: CloudError): boolean {
  return (error instanceof CoreError || error instanceof CloudRefused) && error.status === 404;
}

function readUpload(value: unknown): Upload {
  const body = readObject(value, "an upload");
  return { ...(body as unknown as Upload), record_count: readInteger(body["record_count"], "record_count") };
}
