import { type Answer, describeAnswer, fail, harm, pass, secretsAt, tokenPlaces } from "../evidence/index.ts";
import { enter, installed, launch, type World } from "../world/index.ts";
import { addressesAbove } from "./parts/addresses.ts";
import { defineRule } from "./rule.ts";
import unknownToken from "./unknown-token.ts";

export default defineRule({
  id: "bare-portal-page",
  title: "The portal's address without a token holds nothing of any installation",
  section: "7",
  holdsTo:
    "A page asked for without any token is the app's page as ever, 200, with nothing of any installation in it.",
  severity: "critical",
  how: "After a launch the portal URL is opened without its query, fragment and token by somebody who has no session, as are the addresses above it, and searched for the tenant's ids and records.",
  fix: "Serve nothing of an installation without a checked session. A reload of the page should still show the app's page, which says how to launch it.",
  standsOn: [unknownToken],
  opensPage: true,
  observe: async (world) => {
    const tenant = await installed(world);
    const urls = [await launch(world, tenant), await launch(world, tenant)] as const;
    await enter(urls[0]);
    const { page } = await enter(bare(urls));
    const above = await Promise.all(addressesAbove(urls[0]).map(async (url) => (await enter(url)).page));
    const texts = [page, ...above].map(({ text }) => text);
    return { page, found: marksOf(world, tenant).find((mark) => texts.some((text) => text.includes(mark))) };
  },
  judge: ({ page, found }) => {
    if (found !== undefined) return harm(fail(`Without any session the page holds ${found}.`));
    if (page.status === null || page.status >= 500)
      return fail(`The portal's address without a token broke the app: it ${describeAnswer(page)}.`);
    return page.status < 400 ? pass("Nothing of any installation in it.") : judgeRefused(page);
  },
});

function judgeRefused(page: Answer) {
  return pass(`Refused with ${page.status}, nothing of any installation in it.`);
}

/** Without its query and fragment, and without its token where that stands in the path. */
function bare(urls: readonly [string, string]): string {
  const { origin, pathname } = new URL(urls[0]);
  const segments = pathname.split("/");
  const secrets = secretsAt(tokenPlaces(urls), urls[0]);
  const token = segments.findIndex((segment) => segment !== "" && secrets.includes(segment));
  return `${origin}${segments.slice(0, token < 0 ? undefined : token).join("/")}`;
}

function marksOf(
  { cloud }: World,
  tenant: { readonly installedAppId: string; readonly instanceId: string },
): readonly string[] {
  return [...cloud.marks.a, ...cloud.marks.b, tenant.installedAppId, tenant.instanceId];
}
