/** An app as a process of its own: `node app-process.ts` is what the server tests start, stop and kill. */
import { z } from "zod";
import { createApp, serve } from "../src/index.ts";
import { registerHazards } from "./hazards.ts";

const app = createApp({
  name: "test-app",
  manifest: {
    name: "Test App",
    description: "An app of the tests.",
    developer: "Acme",
    logoUrl: "",
    permissions: ["data:read", "data:write"],
  },
  permissionPurposes: {},
});
app.portal
  .post("/api/echo", {}, (c) => c.json({ instance: c.installation.instanceId }))
  .post("/api/notes", {}, async (c) => c.json({ body: await c.body(z.unknown()) }));
registerHazards(app);

const host = process.env["TEST_HOST"];
await serve(app, { port: 0, ...(host === undefined ? {} : { host }) });
