import { fail, missed, NotTested, pass, seen, succeeded, type Verdict } from "../evidence/index.ts";
import {
  install,
  installed,
  pause,
  type RecordCount,
  recordsOf,
  type Tenant,
  uninstall,
  until,
  type World,
} from "../world/index.ts";
import { killAndStart } from "./parts/killing.ts";
import { quiet } from "./parts/watching.ts";
import { defineRule } from "./rule.ts";

const copies = 8;
/** So long an app may take to clear up after an uninstall, in milliseconds. */
const longestEnd = 5000;

type Extra = {
  readonly when: string;
  readonly place: string;
  readonly count: number;
  readonly ordinary: number;
};

type Counted = {
  /** In how many places records of an installation are found at all. */
  readonly known: number;
  /** How many of these are no records but what happened: an uninstall adds to them. */
  readonly histories: number;
  readonly extras: readonly Extra[];
  /** What is more in these: further records, or what happened. */
  readonly inHistories: readonly Extra[];
  /** Whether the work after each install had come to rest when its records were counted. */
  readonly rested: boolean;
};

const manyUninstalls = "eight copies of an uninstall";

export default defineRule({
  id: "records-once",
  title: "Copies, crashes and tries again leave one record of an installation",
  section: "5",
  holdsTo: "Acknowledge with 2xx, no second record, no second side effect.",
  severity: "serious",
  how: "One tenant is installed calmly, one by eight copies at the same instant, and one by copies in the middle of which the process is killed, sent again after the new start. In the app's files the records of each are counted: rows of SQLite, files and lines of JSON. Then the first is uninstalled once, the second by eight copies, and both are counted again.",
  fix: "Make installed_app_id the primary key, or put a unique index on it, and insert with ON CONFLICT DO NOTHING in one transaction; looking first and inserting then lets two copies pass each other.",
  needs: ["start", "database"],
  pace: "alone",
  observe: async (world): Promise<Counted> => {
    const calm = await installed(world);
    // What its work leaves behind is part of the measure, and a crash may hold that up.
    const worked = await quiet(world, calm);
    const storm = world.tenant();
    await Promise.all(Array.from({ length: copies }, () => install(world, storm)));
    const killed = world.tenant();
    const sent = Array.from({ length: copies }, () => install(world, killed));
    await Promise.any(sent).catch(() => undefined);
    await killAndStart(world);
    await Promise.all(sent);
    for (let count = 0; count < 3; count += 1) {
      if (succeeded(await install(world, killed))) break;
      await pause(500);
    }
    const rests = await Promise.all([calm, storm, killed].map((tenant) => quiet(world, tenant)));
    const ordinary = recordsFor(world, calm);
    const [ofStorm, ofKilled] = [recordsFor(world, storm), recordsFor(world, killed)];
    await uninstall(world, calm);
    const histories = historiesIn(ordinary, recordsFor(world, calm));
    const isRecord = ({ place }: Extra) => !histories.has(place);
    const copied = [
      ...extrasOf("eight copies at once", ofStorm, ordinary),
      ...extrasOf("a crash in the middle of its copies", ofKilled, ordinary),
    ];
    const during = copied.filter(isRecord);
    const after = during.length > 0 ? [] : await afterUninstalls(world, calm, storm);
    return {
      known: ordinary.length,
      histories: histories.size,
      rested: worked && !rests.includes(false),
      extras: [...during, ...after.filter(isRecord)],
      inHistories: copied.filter((one) => !isRecord(one)),
    };
  },
  judge: judgeRecords,
});

/** Where an uninstall leaves more than there was, each change is written beside the last: more of them are no more records. */
export function historiesIn(
  before: readonly RecordCount[],
  after: readonly RecordCount[],
): ReadonlySet<string> {
  const counts = new Map(before.map(({ place, count }) => [place, count]));
  return new Set(
    after
      .filter(({ place, count }) => count > (counts.get(place) ?? Number.POSITIVE_INFINITY))
      .map(({ place }) => place),
  );
}

export function judgeRecords({ known, histories, extras, inHistories, rested }: Counted): Verdict {
  if (known === 0)
    throw new NotTested(
      "What the app stores names no installation in a way that can be read.",
      "It needs SQLite or JSON in the files given with --database.",
    );
  const [first] = extras;
  if (first === undefined && histories === known)
    throw new NotTested(
      "What the app stores is a history: each change of an installation is written beside the last, and how many there are says nothing.",
      "It needs a table or a file with one record of each installation.",
    );
  const [unsure] = inHistories;
  if (first === undefined && unsure !== undefined)
    throw new NotTested(
      `After ${unsure.when} ${unsure.place} holds ${unsure.count} records of one installation, where each event came once ${unsure.ordinary}. An uninstall adds to them too, so that they may be a history of what happened, and no second record. Everywhere else there are as many as after a calm install.`,
      "It needs a history that leaves out copies, or somebody who looks at that place.",
    );
  if (first === undefined) return pass("As many records as after a calm install.");
  const verdict = fail(
    `After ${first.when} ${first.place} holds ${first.count} records of one installation; where each event came once, there are ${first.ordinary}.`,
  );
  // Where one was still at work, others had only come further than it; and what clears up now and then had no turn yet.
  return rested && first.when !== manyUninstalls ? seen(verdict) : missed(verdict);
}

/** What many copies of an uninstall leave more than the one before did, when all that it ends has had time to end. */
async function afterUninstalls(world: World, calm: Tenant, storm: Tenant): Promise<readonly Extra[]> {
  const at = new Date();
  await Promise.all(Array.from({ length: copies }, () => uninstall(world, storm, at)));
  const extras = () => extrasOf(manyUninstalls, recordsFor(world, storm), recordsFor(world, calm));
  await until(() => extras().length === 0, longestEnd);
  return extras();
}

function recordsFor({ options }: World, tenant: Tenant): readonly RecordCount[] {
  return recordsOf(options.database ?? "", tenant);
}

function extrasOf(
  when: string,
  found: readonly RecordCount[],
  ordinary: readonly RecordCount[],
): readonly Extra[] {
  return found.flatMap(({ place, count }) => {
    const usual = ordinary.find((one) => one.place === place)?.count;
    return usual !== undefined && count > usual ? [{ when, place, count, ordinary: usual }] : [];
  });
}
