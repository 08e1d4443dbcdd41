/** The app that is killed: the framework with nothing on top, as a process of its own. */
import { createApp, serve } from "@annex/app";

const app = createApp({
  name: "victim",
  manifest: {
    name: "Victim",
    description: "An app that is killed.",
    developer: "Annex",
    logoUrl: "",
    permissions: ["data:read"],
  },
  permissionPurposes: { "data:read": "to read balances" },
});

app.onInstall(({ installation, log }) => {
  log.info("installed", { installed_app_id: installation.installedAppId });
});

await serve(app);
