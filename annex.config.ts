/** The apps that `npm start` brings up beside the local Cloud. */
import type { AnnexConfig } from "@annex/cli";

const config: AnnexConfig = {
  apps: [{ directory: "apps/stripe-sync" }],
};

export default config;
