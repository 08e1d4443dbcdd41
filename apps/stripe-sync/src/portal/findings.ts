/** Findings: the list by status, acknowledging one, and approving a correction. */
import { AppError, type PortalContext } from "@annex/app";
import { z } from "zod";
import { findingCodes, findingStatuses, type KeptFindingJson } from "../portal-types.ts";
import { acknowledgedBy, acknowledgeFinding, alertCodes, openFinding } from "../sync/findings.ts";
import { nameOf, type SyncData } from "../sync/register.ts";
import { nothingHere, type PortalParts, registered, registerOf, scanSize } from "./parts.ts";
import { limitOf, readQuery, words } from "./query.ts";

const findingsRead = { default: 50, largest: 200 };
/** Findings that are read at once to be counted. */
const countedAtOnce = 1000;

export async function listFindings(c: PortalContext) {
  const query = readQuery(c, {
    status: words(findingStatuses),
    code: words(findingCodes),
    limit: limitOf(findingsRead),
    after: z.string().optional(),
  });
  const books = await registerOf(c);
  if (books === undefined) return { data: [] };
  const wanted = ({ status, code }: KeptFindingJson) =>
    (query.status === undefined || query.status.includes(status)) &&
    (query.code === undefined || query.code.includes(code));
  const found: KeptFindingJson[] = [];
  let after = query.after;
  for (;;) {
    const page = await books.data.findings.list({
      limit: scanSize,
      ...(after === undefined ? {} : { after }),
    });
    found.push(...page.map(({ value }) => value).filter(wanted));
    after = page.at(-1)?.key;
    if (page.length < scanSize || found.length > query.limit) break;
  }
  const shown = found.slice(0, query.limit);
  const next = found.length > query.limit ? shown.at(-1)?.id : undefined;
  return { data: shown, ...(next === undefined ? {} : { next }) };
}

/** How many nobody has looked at, and how many open ones, looked at or not, are of alerts. */
export async function countFindings(
  data: SyncData,
): Promise<{ readonly new: number; readonly alerts: number }> {
  let unseen = 0;
  let alerts = 0;
  let after: string | undefined;
  for (;;) {
    const page = await data.findings.list({
      limit: countedAtOnce,
      ...(after === undefined ? {} : { after }),
    });
    for (const { value } of page) {
      if (value.status === "new") unseen += 1;
      if (value.status !== "resolved" && alertCodes.includes(value.code)) alerts += 1;
    }
    after = page.at(-1)?.key;
    if (page.length < countedAtOnce) return { new: unseen, alerts };
  }
}

const acknowledgement = z.object({ reason: z.string().trim().min(1).max(500) });

export async function acknowledge(c: PortalContext<"findingId">, { clock }: PortalParts) {
  const { reason } = await c.body(acknowledgement);
  const { userId } = c.user;
  const by = { reason, ...(userId === undefined ? {} : { userId }) };
  const data = await registered(c, "finding");
  return c.json(await acknowledgeFinding(data, c.param("findingId"), by, new Date(clock())));
}

const allOfAKind = acknowledgement.extend({ code: z.enum(findingCodes) });

/** Every finding of one kind that nobody has looked at: one new type at Stripe can make hundreds. */
export async function acknowledgeAll(c: PortalContext, { clock }: PortalParts) {
  const { reason, code } = await c.body(allOfAKind);
  const { userId } = c.user;
  const by = { reason, ...(userId === undefined ? {} : { userId }) };
  const books = await registerOf(c);
  if (books === undefined) throw nothingHere("finding");
  const { data } = books;
  const now = new Date(clock());
  let acknowledged = 0;
  let after: string | undefined;
  for (;;) {
    const page = await data.findings.list({ limit: scanSize, ...(after === undefined ? {} : { after }) });
    const isMeant = (value: KeptFindingJson) => value.status === "new" && value.code === code;
    const listed = page.filter(({ value }) => isMeant(value));
    acknowledged += await c.data.transaction(async ({ data: writer }) => {
      const findings = writer.collection<KeptFindingJson>(nameOf(books, "findings"));
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
  const data = await registered(c, "finding");
  const finding = await openFinding(data, c.param("findingId"));
  if (finding.corrections === undefined) throw noCorrection();
  const { userId } = c.user;
  const approved: KeptFindingJson = {
    ...finding,
    approved_at: new Date(clock()).toISOString(),
    ...(userId === undefined ? {} : { approved_by: userId }),
  };
  await data.findings.put(finding.id, approved);
  const input = { findingId: finding.id, ...(userId === undefined ? {} : { approvedBy: userId }) };
  // Approved twice, it is posted once: the references are the same.
  await c.jobs.start(correct, input);
  return c.json(approved, 202);
}

function noCorrection(): AppError {
  return new AppError({
    code: "nothing_to_correct",
    status: 409,
    whatHappened: "This finding has no correcting posting.",
    whatToDo: "Reload the page to see how it stands.",
  });
}
