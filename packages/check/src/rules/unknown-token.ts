import {
  type Answer,
  describeAnswer,
  fail,
  harm,
  missed,
  NotTested,
  pass,
  seen,
  type Verdict,
  warning,
} from "../evidence/index.ts";
import { enter, installed, launch, type Tenant, type World } from "../world/index.ts";
import { askedByScripts, isPage, linksOf, marksOf, plain, rewrittenFor } from "./parts/invented-links.ts";
import { mustBeWhole } from "./parts/judging.ts";
import { quiet } from "./parts/watching.ts";
import { defineRule } from "./rule.ts";

type Seen = {
  readonly good: Answer;
  /** The page of another tenant by a good link: what is the same in both is of no installation. */
  readonly other: Answer;
  readonly unknown: Answer;
  readonly changed: Answer;
  /** The same for a token in parts whose last part ends otherwise, as with a signature of which the beginning is right. */
  readonly endedOtherwise: Answer | undefined;
  /** What a page that scripts fill did with these tokens in Chromium; none with `--fast`. */
  readonly filled: readonly Answer[];
  /** The first thing of an installation that stands in an answer to a token nobody has. */
  readonly given: string | undefined;
  /** Whether a link opened another installation's page once that one's id stood in it. */
  readonly isForged: boolean;
};

export default defineRule({
  id: "unknown-token",
  title: "An unknown token opens nothing",
  section: "7",
  holdsTo: "Unknown → 401, expired → 410, installation gone → 403 with its own page.",
  severity: "critical",
  how: "Of two portal URLs all that differs between them is taken for the token. One is opened with an invented token, and with its own in which one character is changed, and where it has parts, with one whose last part, as a signature, has another second half; a page that one of them opens is opened in Chromium too, where its script asks for the rest. Where a link names its installation, another's id is written in its place. What comes back is searched for ids and records of every tenant, and held against another tenant's page.",
  fix: "Look the token up (or check its whole signature) before you serve anything of an installation, and answer an unknown one with status 401 and a page that says to launch again.",
  isLong: true,
  opensPage: true,
  observe: async (world): Promise<Seen> => {
    const tenant = await installed(world, { ledger: "a" });
    const neighbour = await installed(world, { ledger: "b" });
    if (world.process !== undefined)
      await Promise.all([world.cloud.freshen("a"), world.cloud.freshen("b"), quiet(world, tenant)]);
    const links = await linksOf(world, tenant);
    const seen = {
      good: (await enter(links.good)).page,
      other: (await enter(await launch(world, neighbour))).page,
      unknown: (await enter(links.invented)).page,
      changed: (await enter(links.changed)).page,
      endedOtherwise:
        links.endedOtherwise === undefined ? undefined : (await enter(links.endedOtherwise)).page,
    };
    // A page of scripts is the same for everybody: who believes the beginning of a token alone shows it by what they are given.
    const opened = [
      { page: seen.unknown, url: links.invented },
      { page: seen.changed, url: links.changed },
      ...(seen.endedOtherwise === undefined || links.endedOtherwise === undefined
        ? []
        : [{ page: seen.endedOtherwise, url: links.endedOtherwise }]),
    ].filter(({ page }) => isPage(page));
    const asked = await Promise.all(opened.map(({ url }) => askedByScripts(world, url)));
    const filled = asked.filter((answers) => answers !== undefined).flat();
    const answers = [...inventedPages(seen), ...filled];
    const forged = rewrittenFor(links.good, tenant, neighbour);
    return {
      ...seen,
      filled,
      isForged: forged !== undefined && (await opensOther(world, forged, seen, neighbour)),
      given: marksOf(world).find(
        (mark) => !links.good.includes(mark) && answers.some(({ text }) => text.includes(mark)),
      ),
    };
  },
  judge: judgeUnknown,
});

/** Whether it shows the other installation's page, or what only that one has. */
async function opensOther(
  world: World,
  forged: string,
  { good, other }: Pick<Seen, "good" | "other">,
  { instanceId }: Tenant,
): Promise<boolean> {
  const { page } = await enter(forged);
  if (!isPage(page)) return false;
  if (plain(page) === plain(other) && plain(good) !== plain(other)) return true;
  const asked = (await askedByScripts(world, forged)) ?? [];
  return [page, ...asked].some(({ text }) =>
    [...world.cloud.marks.b, instanceId].some((mark) => text.includes(mark)),
  );
}

function isKeptOut({ status }: Answer): boolean {
  return status !== null && status >= 400 && status < 500;
}

function inventedPages({
  unknown,
  changed,
  endedOtherwise,
}: Pick<Seen, "unknown" | "changed" | "endedOtherwise">): readonly Answer[] {
  return [unknown, changed, ...(endedOtherwise === undefined ? [] : [endedOtherwise])];
}

function judgeUnknown(seenOf: Seen): Verdict {
  const { good, other, unknown, filled, given, isForged } = seenOf;
  const invented = inventedPages(seenOf);
  const broken = [...invented, ...filled].find(({ status }) => status === null || status >= 500);
  if (broken !== undefined) return fail(`An unknown token broke the app: it ${describeAnswer(broken)}.`);
  if (given !== undefined) return harm(seen(fail(`With a token that nobody has the app gave out ${given}.`)));
  if (isForged)
    return harm(
      seen(
        fail(
          "With another installation's id written into a link that names its own, the app served the other's page: nothing binds the one to the other.",
        ),
      ),
    );
  mustBeWhole([good, other, ...invented, ...filled]);
  const served = invented.find(isPage);
  if (served === undefined)
    return unknown.status === 401
      ? pass("Answered 401.")
      : warning(`Refused, but with ${unknown.status} instead of 401.`);
  if (!isPage(good) || !isPage(other))
    throw new NotTested(
      `With an unknown token the app ${describeAnswer(served)}, but what a good link opens did not come whole to compare it with: it ${describeAnswer(isPage(good) ? other : good)}.`,
      "It needs an app whose links open; see the rule link-again.",
      "missed",
    );
  // A shell is the same for every token: who is told apart from it is looked at.
  if (!isPage(unknown) && plain(served) === plain(good) && !filled.some(isKeptOut))
    return fail(
      "An invented token is refused, and a good one of which some characters are others opens the page: not the whole of it is looked at.",
    );
  if (plain(served) === plain(good) && plain(good) !== plain(other))
    return harm(fail("With a token that nobody has the app served the very page of an installation."));
  return plain(served) === plain(good)
    ? pass("The page is the same whatever the token: a shell that holds nothing of any installation.")
    : missed(
        warning(
          `An unknown token was answered ${served.status} instead of 401; nothing of an installation stood in it.`,
        ),
      );
}
