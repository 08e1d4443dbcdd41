/**
 * JavaScript, declarations and source maps of all packages, in one run of the compiler. It does not look for mistakes:
 * `npm run check` does, and they would be looked for twice.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryNode } from "../install.mjs";
import { root } from "../paths.mjs";

/** Where `packages/<folder>/src/…` comes out as `<folder>/src/…`. */
export const emitted = join(root, "dist", "emitted");

export function emit(packages) {
  compile(packages, emitted, { sourceMap: true, inlineSources: true });
}

/** The declarations alone; returns their folder. */
export function emitDeclarations(packages) {
  const folder = join(root, "dist", "declarations");
  compile(packages, folder, { emitDeclarationOnly: true });
  return folder;
}

function compile(packages, folder, wanted) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const configuration = `${folder}.tsconfig.json`;
  writeFileSync(configuration, JSON.stringify(configurationFor(packages, folder, wanted)));
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const result = spawnSync(repositoryNode(), [compiler, "-p", configuration], {
    stdio: "inherit",
    cwd: root,
  });
  if (result.status !== 0) throw new Error("The compiler refused the sources; its messages stand above.");
}

/**
 * Every source is a root. A package that is first met through another's import counts
 * as somebody else's library for the compiler, which then leaves its files out, now
 * and then. What no entry reaches, such as the helpers of tests, is left behind when
 * the package is staged.
 */
function configurationFor(packages, folder, wanted) {
  return {
    extends: "../tsconfig.json",
    compilerOptions: {
      noEmit: false,
      noCheck: true,
      declaration: true,
      rootDir: "../packages",
      outDir: folder,
      target: "ES2024",
      lib: ["ESNext", "DOM", "DOM.Iterable"],
      allowImportingTsExtensions: false,
      rewriteRelativeImportExtensions: true,
      ...wanted,
      // Styles are imported for their effect, and have no types.
      noUncheckedSideEffectImports: false,
    },
    include: packages.map(({ folder }) => `../packages/${folder}/src`),
    exclude: ["../packages/*/src/**/*.test.ts", "../packages/*/src/**/*.test.tsx"],
  };
}
