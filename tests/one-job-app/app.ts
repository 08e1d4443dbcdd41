/** An app with one job, shown by the kit: what a second app needs of its own. */
import { type AppOptions, createApp } from "@annex/app";

export function createOneJobApp(options: Pick<AppOptions, "environment">) {
  const app = createApp({
    name: "one-job",
    manifest: {
      name: "One job",
      description: "Counts to a hundred.",
      developer: "Acme",
      logoUrl: "",
      permissions: ["data:read"],
    },
    permissionPurposes: { "data:read": "to know where it counts" },
    pages: { directory: new URL("pages/dist", import.meta.url).pathname },
    ...options,
  });
  const count = app.job("count", { title: "Count", requires: ["data:read"] }, async ({ step, progress }) => {
    for (let done = 10; done <= 100; done += 10)
      await step(`to ${done}`, () => progress({ done, total: 100, message: "Counting" }));
  });
  app.schedule("nightly", "30 2 * * *", count);
  app.portal.runs({ jobs: [count], start: [count] });
  return app;
}
