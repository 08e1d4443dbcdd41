/**
 * The life of a finding: reported by a run (`new`), perhaps acknowledged by a member, resolved by itself once the thing
 * it is about is looked at again and is as it should be. One record a subject and code, however many runs see it.
 */
import { AppError } from "@annex/app";
import type { CorrectionJson, FindingJson, KeptFindingJson } from "../portal-types.ts";
import { runKey, type SyncData } from "./register.ts";

/** A finding as a run reports it. */
export type Reported = {
  readonly finding: FindingJson;
  /** Where the register has the balance transaction it is about. */
  readonly objectKey?: string;
  readonly corrections?: readonly CorrectionJson[];
};

/** Parts subject and code; in no id of Stripe's. */
const separator = "~";

/** What a finding of no object is about: a currency's balance, say. */
export function findingId({
  object_id: subject = "",
  code,
}: Pick<FindingJson, "object_id" | "code">): string {
  return `${subject}${separator}${code}`;
}

export async function reportFindings(
  data: SyncData,
  runId: string,
  now: Date,
  reported: readonly Reported[],
): Promise<void> {
  if (reported.length === 0) return;
  const at = now.toISOString();
  // The last word on each counts, and all are one commit: there may be hundreds of them.
  const latest = [...new Map(reported.map((one) => [findingId(one.finding), one]))];
  await data.changeFindings(async ({ findings, runFindings }) => {
    const before = await Promise.all(latest.map(([id]) => findings.get(id)));
    for (const [index, [id, one]] of latest.entries()) {
      const { finding, objectKey } = one;
      findings.put(id, seenAgain(before[index], one, runId, at));
      runFindings.put(runKey(runId, id), {
        ...finding,
        ...(objectKey === undefined ? {} : { object_key: objectKey }),
      });
    }
  });
}

/** A resolved one that comes back is new again; one that is acknowledged stays so, as long as it is the same. Pure. */
export function seenAgain(
  before: KeptFindingJson | undefined,
  reported: Reported,
  runId: string,
  at: string,
): KeptFindingJson {
  const { finding, objectKey, corrections } = reported;
  const begun = { status: "new" as const, first_seen_at: at, run_id: runId, ...wordsBefore(before) };
  const goesOn = before === undefined || before.status === "resolved" ? begun : asItIsNow(before, reported);
  return {
    ...goesOn,
    ...finding,
    id: findingId(finding),
    last_seen_at: at,
    ...(objectKey === undefined ? {} : { object_key: objectKey }),
    ...(corrections === undefined ? {} : { corrections: [...corrections] }),
  };
}

/** What was acknowledged, or approved, was something else: nobody has looked at this. */
function asItIsNow(before: KeptFindingJson, { finding, corrections }: Reported) {
  const { corrections: proposed, ...kept } = before;
  if (saysTheSame(before, finding) && movesTheSame(proposed, corrections)) return kept;
  const { acknowledged_at: _at, acknowledged_by: _by, reason: _reason, ...rest } = kept;
  const { approved_at: _when, approved_by: _who, ...anew } = rest;
  return { ...anew, ...wordsBefore(before), status: "new" as const };
}

/** So many are kept, the latest: each is another member's word, or follows a change. */
const mostWords = 100;

/** Who acknowledged a finding so far and why, the last word too: of more than a hundred the oldest goes. */
function wordsBefore(finding: KeptFindingJson | undefined): Pick<KeptFindingJson, "acknowledged_before"> {
  if (finding === undefined) return {};
  const { acknowledged_before: earlier = [], acknowledged_at: at, acknowledged_by: by, reason } = finding;
  const last =
    at === undefined || reason === undefined ? [] : [{ at, reason, ...(by === undefined ? {} : { by }) }];
  const words = [...earlier, ...last].slice(-mostWords);
  return words.length === 0 ? {} : { acknowledged_before: words };
}

function saysTheSame(before: FindingJson, now: FindingJson): boolean {
  const isSameSum =
    before.amount === undefined || now.amount === undefined || before.amount.minor === now.amount.minor;
  // What two balances are is another word with every sale; by how much they differ is what was acknowledged.
  return isSameSum && (now.code === "balance_differs" || before.error === now.error);
}

function movesTheSame(before: Reported["corrections"], now: Reported["corrections"]): boolean {
  const moved = (list: Reported["corrections"]) =>
    list?.map(({ reference, from, to, amount }) => [reference, from, to, amount.minor].join()).join(";");
  return moved(before) === moved(now);
}

/** What an alert comes to is no matter of how the object stands in the ledger. */
export const alertCodes: readonly FindingJson["code"][] = ["alert_uncertain", "alert_refused"];

/**
 * Ends findings about a subject but those that were just reported again.
 *
 * @param which by its code; all of them unless given
 */
export async function resolveFindings(
  data: SyncData,
  subject: string,
  now: Date,
  still: readonly FindingJson[] = [],
  which: (code: FindingJson["code"]) => boolean = () => true,
): Promise<void> {
  const stays = new Set(still.map(findingId));
  const ends = (id: string, { status, code }: KeptFindingJson) =>
    status !== "resolved" && !stays.has(id) && which(code);
  const listed = await data.findings.list({ prefix: `${subject}${separator}` });
  const ended = listed.filter(({ key, value }) => ends(key, value));
  if (ended.length === 0) return;
  await data.changeFindings(async ({ findings }) => {
    for (const { key } of ended) {
      const value = await findings.get(key);
      if (value === undefined || !ends(key, value)) continue;
      findings.put(key, { ...value, status: "resolved", resolved_at: now.toISOString() });
    }
  });
}

/** Who says why a finding may stay. */
export type Acknowledger = { readonly userId?: string; readonly reason: string };

/** @throws AppError 404, 409 `finding_resolved` */
export async function acknowledgeFinding(
  data: SyncData,
  id: string,
  by: Acknowledger,
  now: Date,
): Promise<KeptFindingJson> {
  return data.changeFindings(async ({ findings }) => {
    const acknowledged = acknowledgedBy(openOne(await findings.get(id)), by, now);
    findings.put(id, acknowledged);
    return acknowledged;
  });
}

/** Pure. */
export function acknowledgedBy(
  finding: KeptFindingJson,
  { userId, reason }: Acknowledger,
  now: Date,
): KeptFindingJson {
  const { acknowledged_by: _before, ...rest } = finding;
  return {
    ...rest,
    ...wordsBefore(finding),
    status: "acknowledged",
    acknowledged_at: now.toISOString(),
    reason,
    ...(userId === undefined ? {} : { acknowledged_by: userId }),
  };
}

/** @throws AppError 404, 409 `finding_resolved` */
export function openOne(finding: KeptFindingJson | undefined): KeptFindingJson {
  if (finding === undefined) {
    throw new AppError({
      code: "not_found",
      status: 404,
      whatHappened: "There is no finding with this id.",
      whatToDo: "Go back to the list of findings.",
    });
  }
  if (finding.status !== "resolved") return finding;
  throw new AppError({
    code: "finding_resolved",
    status: 409,
    whatHappened: "This finding is resolved: what it was about is as it should be.",
    whatToDo: "Reload the page to see how it stands.",
  });
}
