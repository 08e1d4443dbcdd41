/**
 * Builds the dashboard into dist/, from which the local Cloud serves it at `/`.
 * `vite build packages/sandbox/dashboard` from the root of the repository.
 */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Says which file loads which: `first-load.test.ts` reads it.
    manifest: true,
    // Browsers that know JSON source text access, which exact amounts need.
    target: ["chrome114", "firefox135", "safari18.4"],
  },
});
