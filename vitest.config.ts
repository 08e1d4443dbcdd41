import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "packages/**/*.test.{ts,tsx}",
      "apps/**/*.test.{ts,tsx}",
      "bench/**/*.test.ts",
      "tests/**/*.test.ts",
      "scripts/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**"],
    environment: "node",
    // What a power cut takes is tested where it is tested (packages/ledger/test/power-cut); all else need not wait for disks.
    env: { ANNEX_LEDGER_FLUSH: "off" },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores: more workers only make each other wait.
    maxWorkers: 2,
  },
});
