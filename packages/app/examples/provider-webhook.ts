/**
 * A provider's webhook, beside the app: verified, mapped to an installation by its
 * address, deduplicated by its id, and handed to a job that survives a crash.
 */
import { z } from "zod";
import { type App, createWebhookVerifier, type Job, WebhookVerificationError } from "../src/index.ts";

const payout = z.object({ payout: z.string() });
type Payout = z.infer<typeof payout>;

/** The job that does the work; defined before the app starts. */
export function defineImport(app: App): Job<Payout, string> {
  return app.job("import-payout", { input: payout }, ({ input, data }) =>
    data
      .collection("payouts")
      .put(input.payout, { seen: true })
      .then(() => input.payout),
  );
}

/** Answers `POST /webhooks/:installation` of whatever server it is in. */
export function webhookHandler(app: App, importPayout: Job<Payout, string>, secret: string) {
  const verify = createWebhookVerifier([secret]);
  return async (request: Request, installation: string): Promise<Response> => {
    const text = await request.text();
    try {
      const { id } = verify(request.headers, text);
      const bound = await app.installation(installation);
      // Gone is an answer that stops a provider from trying again.
      if (bound === undefined) return new Response(null, { status: 410 });
      await bound.jobs.start(importPayout, payout.parse(JSON.parse(text)), { idempotencyKey: id });
      return new Response(null, { status: 202 });
    } catch (error) {
      if (error instanceof WebhookVerificationError) return new Response(error.message, { status: 401 });
      throw error;
    }
  };
}
