import {
  type Answer,
  constantParts,
  fail,
  harm,
  NotTested,
  pass,
  seen,
  tokensOf,
  varyingParts,
} from "../evidence/index.ts";
import { enter, installed, launch, type World } from "../world/index.ts";
import { askedByScripts, inventedFor, isPage, marksOf, plain } from "./parts/invented-links.ts";
import { quiet } from "./parts/watching.ts";
import { defineRule } from "./rule.ts";

type Seen = {
  readonly urls: readonly string[];
  /** Whether what stayed the same in every URL opened the page by itself. */
  readonly isPermanent: boolean;
};

export default defineRule({
  id: "fresh-portal-url",
  title: "Each launch gets a fresh portal URL",
  section: "7",
  holdsTo: "Your app should return a fresh portal_url for that session. Do not return a permanent app URL.",
  severity: "critical",
  how: "The same member launches the same installation three times. Where a part of the URL that could be a token stays the same beside one that varies, the URL is opened with all that varies invented, also in Chromium: the part that stays must not be what opens it.",
  fix: "Make a new random token at each portal request, put it into the URL, and let it alone decide what opens; keep only its hash.",
  observe: async (world): Promise<Seen> => {
    const tenant = await installed(world, { ledger: "a" });
    const urls = [await launch(world, tenant), await launch(world, tenant), await launch(world, tenant)];
    if (constantParts(urls).length === 0 || new Set(tokensOf(urls)).size < urls.length)
      return { urls, isPermanent: false };
    if (world.process !== undefined) await quiet(world, tenant);
    return { urls, isPermanent: await opens(world, urls) };
  },
  judge: ({ urls, isPermanent }) => {
    if (new Set(urls).size < urls.length) return fail("Two launches were given the very same portal URL.");
    if (new Set(tokensOf(urls)).size < urls.length)
      return fail("Two launches were given URLs with the same token.");
    return isPermanent
      ? harm(
          seen(
            fail(
              "What varies in three URLs is no token: with all of it invented, the URL still opens the installation's page by what is the same in each.",
            ),
          ),
        )
      : pass("Three launches, three URLs.");
  },
});

/** Whether a URL shows an installation's page, and no shell that is the same for all, by what is the same in each URL. */
async function opens(world: World, urls: readonly string[]): Promise<boolean> {
  const url = urls.at(-1) ?? "";
  const varying = varyingParts(urls);
  const constant = new Set(constantParts(urls));
  const neighbour = await installed(world, { ledger: "b" });
  if (world.process !== undefined) await Promise.all([world.cloud.freshen("a"), world.cloud.freshen("b")]);
  const good = (await enter(url)).page;
  const other = (await enter(await launch(world, neighbour))).page;
  const own = { good, other, marks: world.cloud.marks.a };
  if (
    !(await showsInstallation(
      world,
      inventedFor(url, ({ name }) => varying.has(name)),
      own,
    ))
  )
    return false;
  // What opens with nothing left of the URL opens by none of it, whosever page it is: that is the rule unknown-token's.
  const nothing = inventedFor(url, ({ name, value }) => varying.has(name) || constant.has(value));
  const anybodys = [own, { good: other, other: good, marks: marksOf(world) }];
  for (const pages of anybodys) if (await showsInstallation(world, nothing, pages)) return false;
  return true;
}

/** An installation's page by a good link, another's, and what stands in none but the installation's. */
type Pages = { readonly good: Answer; readonly other: Answer; readonly marks: readonly string[] };

async function showsInstallation(
  world: World,
  tried: string,
  { good, other, marks }: Pages,
): Promise<boolean> {
  const { page } = await enter(tried);
  const isTold = ({ text }: Answer) => marks.some((mark) => !tried.includes(mark) && text.includes(mark));
  if (!isPage(page)) return false;
  if (!isPage(good) || !isPage(other))
    throw new NotTested(
      "What a good link opens did not come whole to compare it with.",
      "It needs an app whose links open; see the rule link-again.",
      "missed",
    );
  if (isTold(page) || (plain(page) === plain(good) && plain(good) !== plain(other))) return true;
  return (await askedByScripts(world, tried))?.some(isTold) === true;
}
