/** Builds the pages into `pages/dist`, which the app serves under `/portal`. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  base: "/portal/",
  plugins: [react()],
  build: { target: "es2023", modulePreload: { polyfill: false } },
});
