import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Those that take longest, longest first: what begins last then is short, and no worker waits for another's long one. */
const longest = [
  "packages/check/zoo/",
  "tests/packages",
  "tests/dashboard",
  "tests/effects-once",
  "tests/browser-journey",
  // Not beside the packages' own: it would wait while they are packed.
  "tests/new-app",
  "packages/app/test/",
  "packages/ledger/test/",
  "tests/",
  "packages/cli/",
  "packages/sandbox/",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = longest.findIndex((path) => moduleId.includes(path));
      return found === -1 ? longest.length : found;
    };
    const known = await super.sort(files);
    return known.toSorted((one, other) => rank(one) - rank(other));
  }
}

/**
 * Tests beside the code, of what a process may have many of at once: they share a worker's modules, and the engine that
 * is compiled there, which otherwise each file loads anew. What is one in a process, such as a server that ends it, a
 * command or its environment, is tested apart.
 */
const together = [
  "packages/{protocol,ui,portal,client,data-api,ledger,sandbox,check}/src/**/*.test.{ts,tsx}",
  "packages/sandbox/dashboard/**/*.test.{ts,tsx}",
  "packages/app/src/!(server)/**/*.test.ts",
  "apps/*/{src,pages,simulator}/**/*.test.{ts,tsx}",
];
const everywhere = [
  "packages/**/*.test.{ts,tsx}",
  "apps/**/*.test.{ts,tsx}",
  "bench/**/*.test.ts",
  "tests/**/*.test.ts",
  "scripts/**/*.test.ts",
];
const notOurs = ["**/node_modules/**", "**/dist/**"];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: "apart", include: everywhere, exclude: [...notOurs, ...together] } },
      { extends: true, test: { name: "together", include: together, exclude: notOurs, isolate: false } },
    ],
    environment: "node",
    // What is waited for is a state; on a busy machine a page may take longer for it than a second.
    expect: { poll: { timeout: 30_000 } },
    env: {
      // What a power cut takes is tested where it is tested (packages/ledger/test/power-cut); all else need not wait for disks.
      ANNEX_LEDGER_FLUSH: "off",
      // Processes that tests start, hundreds of them, keep what Node makes of the sources: a start costs a quarter then.
      NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules", ".cache", "compiled-for-tests"),
    },
    globalSetup: "tests/support/postgres-template.ts",
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores: a third of a worker's time is waiting, for processes, pages and moments that come.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
});
