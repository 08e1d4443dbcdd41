/** Due jobs and schedules begin with the server; they do not wait for the first request. */
export async function register(): Promise<void> {
  if (process.env["NEXT_RUNTIME"] !== "nodejs") return;
  const { app } = await import("./src/handlers.ts");
  await app.start();
}
