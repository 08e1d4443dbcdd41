/** Starts the server; a stop answers what is under way, then closes the app. */
import type { AddressInfo } from "node:net";
import { app } from "./app.ts";
import { createServer } from "./server.ts";

const server = createServer(app).listen(Number(process.env["PORT"] ?? 5002), async (error?: Error) => {
  if (error !== undefined) throw error;
  // Due jobs and schedules do not wait for the first request.
  await app.start();
  console.log(`ready http://localhost:${(server.address() as AddressInfo).port}`);
});

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    server.close(async () => {
      await app.close();
      process.exit(0);
    });
    server.closeIdleConnections();
  });
