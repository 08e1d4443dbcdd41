/** What a workspace's `annex.config.ts` needs. */
export type { AnnexConfig, AppManifest } from "./apps/config.ts";
