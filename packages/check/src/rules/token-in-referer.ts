import { fail, holds, NotTested, pass } from "../evidence/index.ts";
import { foreignPath, installed, launch, openPortal, type World } from "../world/index.ts";
import { leakOf, linkSecrets } from "./parts/link-secrets.ts";
import { sessionsOf } from "./parts/sessions.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "token-in-referer",
  title: "No other origin learns the token or the session by Referer",
  section: "7",
  holdsTo: "The token never leaves through Referer or a log.",
  severity: "serious",
  how: "The portal is opened in Chromium with a stylesheet and an image of another origin put into its page, as a font or a badge would be; what arrives there in the Referer header is searched for the token, and for what the page's addresses carry as its session.",
  fix: "Send Referrer-Policy: no-referrer (or same-origin) with every portal page. Never unsafe-url or no-referrer-when-downgrade.",
  needs: ["browser"],
  observe: async (world) => {
    const from = `${world.decoy.url}${foreignPath}`;
    const tenant = await installed(world);
    const other = await launch(world, tenant);
    let isPlanted = false;
    const { frame, url } = await openPortal(world, tenant, {
      rewrite: (html) => {
        isPlanted = true;
        return withForeignFiles(html, from);
      },
    });
    const { shown, exchanges } = await frame.look();
    await frame.close();
    const secrets = (await linkSecrets(world, [url, other])).of(url);
    const marks = [tenant.installedAppId, tenant.instanceId, tenant.organizationId, tenant.userId];
    const sessions = await sessionsOf({ urls: [url, other], exchanges, marks });
    return {
      shown,
      isPlanted,
      secrets: secrets.filter(({ length }) => length >= 8),
      sessions,
      referers: referersOf(world),
    };
  },
  judge: ({ shown, isPlanted, secrets, sessions, referers }) => {
    if (!shown) throw new NotTested("The portal did not open.", "It needs a portal that opens.");
    if (referers.some((referer) => leakOf([secrets], (secret) => holds(referer, secret)) === "all"))
      return fail("A file of another origin in the portal's page was asked for with the token in Referer.");
    if (referers.some((referer) => sessions.some((session) => holds(referer, session))))
      return fail(
        "A file of another origin in the portal's page was asked for with the page's session in Referer.",
      );
    if (!isPlanted)
      throw new NotTested(
        "No file of another origin could be put into the portal's page, since none of its pages came from where its link leads as HTML.",
        "Look by hand what Referrer-Policy its pages send.",
      );
    return pass(
      referers.length === 0
        ? "The page's own policy lets nothing of another origin in."
        : `${referers.length} requests to another origin, none with the token.`,
    );
  },
});

/** Where the page's own files would stand: after what says which referrer to send. */
function withForeignFiles(html: string, from: string): string {
  const files = `<link rel="stylesheet" href="${from}.css"><link rel="preload" as="image" href="${from}.png">`;
  const policy = /<meta[^>]*name=["']?referrer[^>]*>/i;
  const after = policy.test(html) ? policy : /<head[^>]*>/i;
  return after.test(html) ? html.replace(after, (tag) => tag + files) : files + html;
}

function referersOf({ decoy }: World): readonly string[] {
  return decoy.requests.filter(({ path }) => path.startsWith(foreignPath)).map(({ referer }) => referer);
}
