/** The apps that `npm start` brings up beside the local Cloud. */
import type { AnnexConfig } from "@annex/cli";
import { manifest as stripeSync } from "./apps/stripe-sync/src/manifest.ts";

const config: AnnexConfig = {
  apps: [{ directory: "apps/stripe-sync", manifest: stripeSync }],
};

export default config;
