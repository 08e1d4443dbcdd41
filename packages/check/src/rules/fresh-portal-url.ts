import { fail, pass, tokensOf } from "../evidence/index.ts";
import { installed, launch } from "../world/index.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "fresh-portal-url",
  title: "Each launch gets a fresh portal URL",
  section: "7",
  holdsTo: "Your app should return a fresh portal_url for that session. Do not return a permanent app URL.",
  severity: "critical",
  how: "The same member launches the same installation three times.",
  fix: "Make a new random token at each portal request and put it into the URL; keep only its hash.",
  observe: async (world) => {
    const tenant = await installed(world);
    return [await launch(world, tenant), await launch(world, tenant), await launch(world, tenant)];
  },
  judge: (urls) => {
    if (new Set(urls).size < urls.length) return fail("Two launches were given the very same portal URL.");
    if (new Set(tokensOf(urls)).size < urls.length)
      return fail("Two launches were given URLs with the same token.");
    return pass("Three launches, three URLs.");
  },
});
