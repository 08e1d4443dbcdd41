import { fail, NotTested, pass, seen } from "../evidence/index.ts";
import { seePortal } from "./parts/portal-seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "no-call-from-browser",
  title: "The browser talks to the app's backend alone, never to Cloud",
  section: "9",
  holdsTo:
    "The portal talks to the app's backend, the backend to Blnk. The browser never talks to Cloud and never holds the key.",
  severity: "critical",
  how: "The requests of two tenants' pages in Chromium are searched for the Cloud API's address.",
  fix: "Give the page routes of your own backend, and let the backend call Cloud.",
  needs: ["browser"],
  observe: async (world) => {
    const { a, b } = await seePortal(world);
    return {
      urls: [...a.exchanges, ...b.exchanges].map(({ url }) => new URL(url)),
      cloud: new URL(world.front.url),
    };
  },
  judge: ({ urls, cloud }) => {
    if (urls.length === 0)
      throw new NotTested("The portal answered nothing in a browser.", "It needs a portal that opens.");
    const direct = urls.find(
      (url) => url.port === cloud.port || url.hostname === "api.cloud.blnkfinance.com",
    );
    return direct === undefined
      ? pass(`${urls.length} requests, none to Cloud.`)
      : seen(fail(`The page itself asked Cloud for ${direct.pathname}.`));
  },
});
