import { fail, pass } from "../evidence/index.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "urls-https",
  title: "The app's URLs are https",
  section: "9",
  holdsTo: "Production URLs are public HTTPS. (Loopback addresses, as in development, are no finding.)",
  severity: "critical",
  how: "Both URLs are read, and those of the manifest where it names any.",
  fix: "Put the app behind HTTPS: the install event carries an API key, and http carries it in the open.",
  observe: async ({ options: { callback, portal, manifest } }) => [callback, portal, ...urlsOf(manifest)],
  judge: (urls) => {
    const open = urls
      .map((url) => new URL(url))
      .find(
        (url) => url.protocol === "http:" && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname),
      );
    return open === undefined
      ? pass("https, or an address of this machine.")
      : fail(`${open.origin} is neither https nor an address of this machine.`);
  },
});

function urlsOf(manifest: Readonly<Record<string, unknown>> = {}): readonly string[] {
  return Object.entries(manifest).flatMap(([name, value]) =>
    /url$/i.test(name) && typeof value === "string" && URL.canParse(value) ? [value] : [],
  );
}
