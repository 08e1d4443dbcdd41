/** Findings: the list by status, acknowledging one, and approving a correction. */
import type { PortalContext } from "@annex/app";
import { z } from "zod";
import { findingCodes, findingStatuses, type KeptFindingJson } from "../portal-types.ts";
import { nothingToCorrect } from "../sync/correct-job.ts";
import { keptDaysOf } from "../sync/finding-retention.ts";
import { acknowledgedBy, acknowledgeFinding, openOne } from "../sync/findings.ts";
import { findingsIn } from "../sync/register.ts";
import { isBeingPosted, withCorrectionRuns } from "./approvals.ts";
import { findingsOf } from "./open-findings.ts";
import { type PortalParts, registered, registerOf, scanSize } from "./parts.ts";
import { limitOf, readQuery, words } from "./query.ts";

const findingsRead = { default: 50, largest: 200 };

export async function listFindings(c: PortalContext, { correct }: PortalParts) {
  const query = readQuery(c, {
    status: words(findingStatuses),
    code: words(findingCodes),
    limit: limitOf(findingsRead),
    after: z.string().optional(),
  });
  const books = await registerOf(c);
  if (books === undefined) return { data: [] };
  const found = await findingsOf(books.data, query);
  const shown = found.slice(0, query.limit);
  const next = found.length > query.limit ? shown.at(-1)?.id : undefined;
  const data = await withCorrectionRuns(c.jobs, correct, books, shown);
  const days = await keptDaysOf(c.data);
  return {
    data,
    ...(next === undefined ? {} : { next }),
    ...(days === undefined ? {} : { resolved_kept_days: days }),
  };
}

const acknowledgement = z.object({ reason: z.string().trim().min(1).max(500) });

export async function acknowledge(c: PortalContext<"findingId">, { clock, correct }: PortalParts) {
  const { reason } = await c.body(acknowledgement);
  const { userId } = c.user;
  const by = { reason, ...(userId === undefined ? {} : { userId }) };
  const { data, ...books } = await registered(c, "finding");
  const acknowledged = await acknowledgeFinding(data, c.param("findingId"), by, new Date(clock()));
  const [shown = acknowledged] = await withCorrectionRuns(c.jobs, correct, books, [acknowledged]);
  return c.json(shown);
}

const allOfAKind = acknowledgement.extend({ code: z.enum(findingCodes) });

/** Every finding of one kind that nobody has looked at: one new type at Stripe can make hundreds. */
export async function acknowledgeAll(c: PortalContext, { clock }: PortalParts) {
  const { reason, code } = await c.body(allOfAKind);
  const { userId } = c.user;
  const by = { reason, ...(userId === undefined ? {} : { userId }) };
  const books = await registered(c, "finding");
  const { data } = books;
  const now = new Date(clock());
  let acknowledged = 0;
  let after: string | undefined;
  for (;;) {
    const page = await data.findings.list({ limit: scanSize, ...(after === undefined ? {} : { after }) });
    const isMeant = (value: KeptFindingJson) => value.status === "new" && value.code === code;
    const listed = page.filter(({ value }) => isMeant(value));
    acknowledged += await c.data.transaction(async ({ data: writer }) => {
      const findings = findingsIn(writer, books);
      let done = 0;
      for (const { key } of listed) {
        // Read again: what a sync has resolved since stays so.
        const value = await findings.get(key);
        if (value === undefined || !isMeant(value)) continue;
        findings.put(key, acknowledgedBy(value, by, now));
        done += 1;
      }
      return done;
    });
    after = page.at(-1)?.key;
    if (page.length < scanSize) return c.json({ acknowledged });
  }
}

export async function approve(c: PortalContext<"findingId">, { correct, clock }: PortalParts) {
  await c.body(z.object({}));
  const { data: kept, ...books } = await registered(c, "finding");
  const id = c.param("findingId");
  const { userId } = c.user;
  const before = (await kept.findings.get(id))?.approved_at;
  const goesOn = await isBeingPosted(c.jobs, correct, books, id);
  // The word and the run that follows it are one commit: an approval without a run would stand for ever.
  const approved = await c.data.transaction(async ({ data: writer, jobs }) => {
    const findings = findingsIn(writer, books);
    const finding = openOne(await findings.get(id));
    if (finding.corrections === undefined) throw nothingToCorrect();
    const { approved_by: _earlier, ...rest } = finding;
    // Pressed twice at once, or by two at once: the first word counts, and one run follows it.
    if (finding.approved_at !== undefined && (goesOn || finding.approved_at !== before)) return finding;
    const by = userId === undefined ? {} : { approved_by: userId };
    const approval: KeptFindingJson = { ...rest, approved_at: new Date(clock()).toISOString(), ...by };
    findings.put(id, approval);
    jobs.start(correct, { findingId: id, books, ...(userId === undefined ? {} : { approvedBy: userId }) });
    return approval;
  });
  return c.json(approved, 202);
}
