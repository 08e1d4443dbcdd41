import { fail, missed, NotTested, pass, seen, succeeded } from "../evidence/index.ts";
import {
  install,
  installed,
  pause,
  type RecordCount,
  recordsOf,
  type Tenant,
  type World,
} from "../world/index.ts";
import { killAndStart } from "./killing.ts";
import { defineRule } from "./rule.ts";
import { quiet } from "./watching.ts";

const copies = 8;

type Extra = {
  readonly when: string;
  readonly place: string;
  readonly count: number;
  readonly ordinary: number;
};

export default defineRule({
  id: "records-once",
  title: "Copies, crashes and tries again leave one record of an installation",
  section: "5",
  holdsTo: "Acknowledge with 2xx, no second record, no second side effect.",
  severity: "serious",
  how: "One tenant is installed calmly, one by eight copies at the same instant, and one by copies in the middle of which the process is killed, sent again after the new start. In the app's files the records of each are counted: rows of SQLite, files and lines of JSON.",
  fix: "Make installed_app_id the primary key, or put a unique index on it, and insert with ON CONFLICT DO NOTHING in one transaction; looking first and inserting then lets two copies pass each other.",
  needs: ["start", "database"],
  pace: "alone",
  observe: async (
    world,
  ): Promise<{ readonly known: number; readonly extras: readonly Extra[]; readonly rested: boolean }> => {
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
    return {
      known: ordinary.length,
      rested: worked && !rests.includes(false),
      extras: [
        ...extrasOf("eight copies at once", recordsFor(world, storm), ordinary),
        ...extrasOf("a crash in the middle of its copies", recordsFor(world, killed), ordinary),
      ],
    };
  },
  judge: ({ known, extras, rested }) => {
    if (known === 0)
      throw new NotTested(
        "What the app stores names no installation in a way that can be read.",
        "It needs SQLite or JSON in the files given with --database.",
      );
    const [first] = extras;
    if (first === undefined) return pass("As many records as after a calm install.");
    const verdict = fail(
      `After ${first.when} ${first.place} holds ${first.count} records of one installation; a calm install leaves ${first.ordinary}.`,
    );
    // Where one was still at work, others had only come further than it.
    return rested ? seen(verdict) : missed(verdict);
  },
});

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
