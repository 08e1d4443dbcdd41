/** The guide as a site: `docs/guide` with its reference, searched in the browser, nothing loaded from elsewhere. */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vitepress";

const guide = resolve(import.meta.dirname, "../guide");

export default defineConfig({
  title: "Annex",
  description: "Build, run and prove Custom Apps for Blnk Cloud.",
  srcDir: guide,
  outDir: resolve(import.meta.dirname, "../../dist/docs"),
  cacheDir: resolve(import.meta.dirname, "../../.cache/docs"),
  cleanUrls: false,
  // A sign such as <folder> in a sentence is no tag.
  markdown: { html: false },
  // Pages lead into the repository too; that each link leads somewhere is what tests/readme.test.ts looks at.
  ignoreDeadLinks: true,
  // Files are found wherever the site is put, below a path too.
  base: process.env["ANNEX_DOCS_BASE"] ?? "/",
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      { text: "Start", link: "/start" },
      { text: "Practices", link: "/practices/" },
      { text: "Reference", link: "/reference/" },
    ],
    sidebar: [
      {
        text: "Begin",
        items: [
          { text: "Ten minutes", link: "/start" },
          { text: "Concepts", link: "/concepts" },
          { text: "Testing", link: "/testing" },
          { text: "Checking any app", link: "/checking" },
          { text: "Deploying", link: "/deploying" },
        ],
      },
      { text: "How to", items: pages("how-to") },
      { text: "What the platform asks", collapsed: true, items: pages("practices") },
      {
        text: "Reference",
        items: [{ text: "Variables", link: "/variables" }, ...pages("reference")],
      },
      {
        text: "Behind it",
        items: [
          { text: "Security model", link: "/security" },
          { text: "Keys in a key service", link: "/key-service" },
          { text: "Architecture", link: "/architecture" },
          { text: "Every page of the dashboard", link: "/every-page" },
        ],
      },
    ],
  },
});

/** The pages of a folder, by their headings. */
function pages(folder: string) {
  return readdirSync(resolve(guide, folder))
    .filter((file) => file.endsWith(".md") && file !== "index.md")
    .map((file) => ({
      text: headingOf(resolve(guide, folder, file)),
      link: `/${folder}/${file.slice(0, -".md".length)}`,
    }));
}

function headingOf(file: string): string {
  const [, heading = file] = /^# (.+)$/m.exec(readFileSync(file, "utf8")) ?? [];
  return heading.replaceAll("`", "");
}
