/**
 * The packages that an app loads before it can answer are put together from a few
 * files each: to find, read and link a file costs a third of a millisecond, and
 * there are three hundred of them, half of a start. What is loaded later, such as
 * the other store, stays a file of its own.
 */
import { relative } from "node:path";
import { rolldown } from "rolldown";

const bundled = new Set(["app", "client", "protocol"]);

export function isBundled(folder) {
  return bundled.has(folder);
}

/**
 * @param directory of the package.
 * @param entries their sources, such as `./src/operating/index.ts`; each comes out under its own path.
 * @param folder where to.
 */
export async function bundle({ directory, entries, folder }) {
  const input = Object.fromEntries(
    entries.map((entry) => [relative("src", entry).replace(/\.tsx?$/, ""), entry]),
  );
  const bundling = await rolldown({
    cwd: directory,
    input,
    platform: "node",
    external: (id) => !/^[./]/.test(id),
    transform: { target: "node22" },
  });
  await bundling.write({
    dir: folder,
    format: "esm",
    sourcemap: true,
    entryFileNames: "[name].js",
    chunkFileNames: "parts/[name]-[hash].js",
  });
  await bundling.close();
}
