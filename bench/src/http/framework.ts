/** The framework with nothing on top: what is measured. */
import { createApp, serve } from "@annex/app";

const app = createApp({
  name: "bench",
  manifest: {
    name: "Bench",
    description: "An app that is measured.",
    developer: "Annex",
    logoUrl: "",
    permissions: ["data:read"],
  },
  permissionPurposes: { "data:read": "to read balances" },
});

await serve(app);
