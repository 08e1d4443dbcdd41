import {
  type Answer,
  embeddingProblems,
  fail,
  frameAncestors,
  NotTested,
  pass,
  type Verdict,
} from "../evidence/index.ts";
import { enter, installed, launch, uninstall } from "../world/index.ts";
import { addressesAbove } from "./parts/addresses.ts";
import { isPage, plain } from "./parts/invented-links.ts";
import { defineRule } from "./rule.ts";

type Seen = readonly { readonly url: string; readonly answer: Answer }[];

export default defineRule({
  id: "embedding-header",
  title: "Exactly the dashboard may frame the portal",
  section: "7",
  holdsTo:
    "Embedding header on every portal page: frame-ancestors 'self' https://blnkfinance.com https://*.blnkfinance.com; no X-Frame-Options that contradicts it.",
  severity: "critical",
  how: "The headers of every page from the portal URL on, of the page for an unknown token, without any, at the addresses above it, and after the uninstall, are read.",
  fix: "Send Content-Security-Policy: frame-ancestors 'self' https://blnkfinance.com https://*.blnkfinance.com with each portal page, error pages too, and no X-Frame-Options.",
  opensPage: true,
  observe: async (world): Promise<Seen> => {
    const tenant = await installed(world);
    const url = await launch(world, tenant);
    const { origin, pathname } = new URL(url);
    const visits = [
      await enter(url),
      await enter(`${url.slice(0, -6)}zzzzzz`),
      await enter(`${origin}${pathname}`),
    ];
    const [entered] = visits;
    // A page that its script moves to another address stays there, and is framed from there when it is loaded again.
    for (const address of addressesAbove(url)) {
      const visit = await enter(address);
      if (isPage(visit.page) && entered !== undefined && plain(visit.page) === plain(entered.page))
        visits.push(visit);
    }
    await uninstall(world, tenant);
    visits.push(await enter(url));
    return visits.flatMap(({ exchanges }) => exchanges.map((one) => ({ url: one.url, answer: one.answer })));
  },
  judge: judgeEmbedding,
});

/** Pages are what a browser shows; what leads elsewhere shows nothing. */
export function judgeEmbedding(seen: Seen): Verdict {
  const pages = seen.filter(
    ({ answer }) =>
      (answer.headers["content-type"] ?? "").includes("html") && !isRedirect(answer) && answer.text !== "",
  );
  if (pages.length === 0)
    throw new NotTested("The portal URL led to no page.", "It needs a portal that answers HTML.");
  const problems = pages.flatMap(({ url, answer }) => {
    const found = [
      ...embeddingProblems(answer.headers["content-security-policy"]).map(({ problem }) => problem),
      ...contradiction(answer),
    ];
    return found.length === 0 ? [] : [`${new URL(url).pathname} (${answer.status}): ${found.join(", ")}.`];
  });
  return problems.length === 0 ? pass(`${pages.length} pages, each with the header.`) : fail(...problems);
}

/** Without an address to go to a browser shows what came. */
function isRedirect({ status, headers }: Answer): boolean {
  return status !== null && status >= 300 && status < 400 && headers["location"] !== undefined;
}

/** Browsers of today let frame-ancestors win; older ones and proxies obey both. */
function contradiction({ headers }: Answer): readonly string[] {
  const options = headers["x-frame-options"];
  if (options === undefined) return [];
  return frameAncestors(headers["content-security-policy"]).length === 0
    ? [`X-Frame-Options: ${options} keeps the dashboard out`]
    : [`X-Frame-Options: ${options} contradicts frame-ancestors`];
}
