/** Findings that somebody may have to look at, among all that ever were: resolved ones stay, and become many. */
import type { Entry } from "@annex/app";
import type { KeptFindingJson } from "../portal-types.ts";
import { alertCodes } from "../sync/findings.ts";
import { beforeOpenFindings, learnOpenFindings, listRightly } from "../sync/open-findings.ts";
import type { OpenFinding, SyncData } from "../sync/register.ts";
import { scanSize } from "./parts.ts";

/** Open findings that are read at once to be counted. */
const countedAtOnce = 1000;

/** How many nobody has looked at, and how many open ones, looked at or not, are of alerts. */
export async function countFindings(
  data: SyncData,
): Promise<{ readonly new: number; readonly alerts: number }> {
  await learnOpenFindings(data);
  let unseen = 0;
  let alerts = 0;
  let after = beforeOpenFindings;
  for (;;) {
    const page = await data.openFindings.list({ limit: countedAtOnce, after });
    for (const { value } of page) {
      if (value.status === "new") unseen += 1;
      if (alertCodes.includes(value.code)) alerts += 1;
    }
    after = page.at(-1)?.key ?? after;
    if (page.length < countedAtOnce) return { new: unseen, alerts };
  }
}

type Query = {
  readonly status?: readonly KeptFindingJson["status"][] | undefined;
  readonly code?: readonly KeptFindingJson["code"][] | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
};

/** One more than a page of them, by id; resolved ones are looked at only where they are asked for. */
export async function findingsOf(data: SyncData, query: Query): Promise<readonly KeptFindingJson[]> {
  const wanted = ({ status, code }: OpenFinding) =>
    (query.status === undefined || query.status.includes(status)) &&
    (query.code === undefined || query.code.includes(code));
  const onlyOpen = query.status !== undefined && !query.status.includes("resolved");
  if (onlyOpen) await learnOpenFindings(data);
  const found: KeptFindingJson[] = [];
  let after = query.after ?? beforeOpenFindings;
  for (;;) {
    const options = { limit: scanSize, after };
    const page: readonly Entry<OpenFinding>[] = await (onlyOpen ? data.openFindings : data.findings).list(
      options,
    );
    const listed = page.filter(({ value }) => wanted(value));
    const read = await Promise.all(listed.map(({ key }) => data.findings.get(key)));
    const stand = read.filter((finding) => finding !== undefined).filter(wanted);
    found.push(...stand);
    if (onlyOpen && stand.length < listed.length) {
      // Changed meanwhile, or by an older version, that keeps no list: it would be counted for ever.
      const ids = new Set(stand.map(({ id }) => id));
      await listRightly(
        data,
        listed.map(({ key }) => key).filter((key) => !ids.has(key)),
      );
    }
    after = page.at(-1)?.key ?? after;
    if (page.length < scanSize || found.length > query.limit) return found;
  }
}
