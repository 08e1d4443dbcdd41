/**
 * The list of findings that are open, beside all that ever were. An older version writes findings without it: one that
 * runs beside this one while it is deployed, or for a while instead of it.
 */
import type { OpenFinding, SyncData } from "./register.ts";

const readAtOnce = 500;
/** Stands before the open findings once they are all there. */
const allKnown = " all";

/** They are listed after this. */
export const beforeOpenFindings = allKnown;

/** Brings the list up to date with every finding. Each run does so: no page has to. */
export async function indexOpenFindings(data: SyncData): Promise<void> {
  let after = allKnown;
  for (;;) {
    const page = await data.findings.list({ limit: readAtOnce, after });
    const last = page.length < readAtOnce ? undefined : page.at(-1)?.key;
    const open = new Map((await listedOpen(data, after, last)).map(({ key, value }) => [key, value]));
    const wrong = page
      .filter(({ key, value }) => !isListedRightly(open.get(key), value))
      .map(({ key }) => key);
    await listRightly(data, wrong);
    if (last === undefined) break;
    after = last;
  }
  await data.openFindings.put(allKnown, { status: "resolved", code: "ledger_differs" });
}

/** For a page that is looked at before this version's first run. */
export async function learnOpenFindings(data: SyncData): Promise<void> {
  if ((await data.openFindings.get(allKnown)) === undefined) await indexOpenFindings(data);
}

/** Lists each of these as it stands now, or not at all. */
export async function listRightly(data: SyncData, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await data.changeFindings(async ({ findings }) => {
    for (const id of ids) {
      // Read again, and written with the list of those that are open.
      const finding = await findings.get(id);
      if (finding === undefined) findings.delete(id);
      else findings.put(id, finding);
    }
  });
}

/** @param last undefined where all after the first are meant */
async function listedOpen(data: SyncData, after: string, last: string | undefined) {
  const listed: { readonly key: string; readonly value: OpenFinding }[] = [];
  let from = after;
  for (;;) {
    const page = await data.openFindings.list({ limit: readAtOnce, after: from });
    listed.push(...page);
    from = page.at(-1)?.key ?? from;
    if (page.length < readAtOnce || (last !== undefined && from >= last)) return listed;
  }
}

/** @param listed how it stands in the list; undefined where it is not in it */
function isListedRightly(listed: OpenFinding | undefined, { status, code }: OpenFinding): boolean {
  if (status === "resolved") return listed === undefined;
  return listed?.status === status && listed.code === code;
}
