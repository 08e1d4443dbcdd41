/** The package.json of a package as it is published: it names what was emitted instead of the sources. */

/** The oldest Node that runs the packages (docs/decisions/0019-packages.md). Also in packages/cli/bin/annex.mjs. */
const engines = { node: ">=22.18" };

/** A pure function of the package.json in the repository. */
export function publishedManifest({ devDependencies: _, exports, ...rest }) {
  return {
    ...rest,
    engines,
    sideEffects: rest.sideEffects ?? false,
    exports: { ...mapValues(exports, publishedTarget), "./package.json": "./package.json" },
    files: ["dist", "!**/.sources", ...(rest.files ?? []), ...(rest.bin === undefined ? [] : ["bin"])],
    publishConfig: { access: "public" },
  };
}

function publishedTarget(target) {
  const path = target.replace("./src/", "./dist/");
  if (!/\.tsx?$/.test(path)) return path;
  const module = path.replace(/\.tsx?$/, "");
  return { types: `${module}.d.ts`, default: `${module}.js` };
}

function mapValues(object, map) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}
