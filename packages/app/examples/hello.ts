/** The app that the examples put into other servers. Each of them is started with `ANNEX_PUBLIC_URL=https://…/apps/hello`. */
import { type AppOptions, createApp } from "../src/index.ts";

/** Made by a function, so that a test can give it an environment of its own. */
export function createHello(options: Partial<AppOptions> = {}) {
  const app = createApp({
    name: "hello",
    manifest: {
      name: "Hello",
      description: "Says hello.",
      developer: "Acme",
      logoUrl: "",
      permissions: ["data:read"],
    },
    permissionPurposes: { "data:read": "to count your ledgers" },
    ...options,
  });
  app.portal
    .get("/api/hello/:name", (c) => c.json({ hello: c.param("name"), instance: c.installation.instanceId }))
    .post("/api/notes", async (c) => {
      await c.data.collection("notes").put("last", await c.request.json());
      return c.noContent();
    });
  return app;
}
