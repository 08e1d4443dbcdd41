/**
 * The other templates than the usual one, in a folder in which the packages and what the templates need beside them are
 * installed once for all.
 *
 * Next.js is half a gigabyte, so what runs inside it is tried by command only:
 * `ANNEX_TRY_NEXTJS=1 npm test -- tests/packages`. Its app is tested and checked with the others.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { readTemplate, templateNames } from "../../packages/cli/src/new/index.ts";
import { faultsOf, readContainerFile } from "./container.ts";
import { nodeOf, runBeside } from "./tarballs.ts";
import { expectReady, writeApp } from "./written-apps.ts";

const withNextjs = process.env["ANNEX_TRY_NEXTJS"] !== undefined;
const others = templateNames().filter((name) => name !== "minimal");
/** Needed to run, not to test. */
const leftOut = withNextjs ? [] : ["next"];

/** That the check builds and starts an app that has to be built; tests/new-app checks one by the quick rules. */
const check = ["npm", "run", "check", "--", "--only", "install-accepted,bare-portal-page"] as const;
/** The part of the check that is each template's own. */
const types = ["npx", "--no", "tsc"] as const;

/** Each passes its tests and its check, and all run beside one Cloud. */
export async function expectTemplates(folder: string): Promise<void> {
  // Two at a time: each waits for an engine, a compiler or a job in turn.
  const apps = others.map((template) => ({ template, app: writeApp(template, folder) }));
  const tried = apps.values();
  await Promise.all([1, 2].map(() => tryEach(tried)));
  const started = others.filter((name) => name !== "nextjs" || withNextjs);
  const configured = started.map((template) => ({ directory: `my-${template}` }));
  writeFileSync(join(folder, "annex.config.mjs"), `export default ${JSON.stringify({ apps: configured })};`);
  await expectReady(["dev", "--port", "0", "--config", "annex.config.mjs"], folder, nodeOf(folder));
}

type WrittenApp = { readonly template: string; readonly app: string };

/** Takes the next one until there is none. */
async function tryEach(apps: Iterable<WrittenApp>): Promise<void> {
  for (const { template, app } of apps) {
    expect([template, faultsOf(app, readContainerFile(app))]).toEqual([template, []]);
    const [program, ...words] = template === "react" ? check : types;
    if (template !== "nextjs" || withNextjs) await runBeside(program, words, app);
    await runBeside("npm", ["test"], app);
  }
}

/** What any of the templates depends on, but for our own packages. */
export function dependenciesOfTemplates(): Readonly<Record<string, string>> {
  const wanted = others.flatMap((name) => {
    const text = readTemplate(name).find(({ path }) => path === "package.json")?.text ?? "{}";
    const { dependencies, devDependencies } = JSON.parse(text) as Manifest;
    return Object.entries({ ...dependencies, ...devDependencies });
  });
  return Object.fromEntries(
    wanted.filter(([name]) => !name.startsWith("@annex/") && !leftOut.includes(name)),
  );
}

type Manifest = {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
};
