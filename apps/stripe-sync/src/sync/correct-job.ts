/**
 * The job `correct`: the correcting posting that a member approved. One at a time, so that each sees what the one before
 * it has moved, and never beside a sync; what passes is tried again for days, as a sync is.
 */
import { type App, AppError, type Job } from "@annex/app";
import { z } from "zod";
import { stripeModes } from "../stripe/modes.ts";
import { postCorrections } from "./corrections.ts";
import { openOne } from "./findings.ts";
import { currentBooks, positionOf, syncData } from "./register.ts";
import { booksGroup, retries } from "./together.ts";
import { standsRight } from "./working.ts";

const input = z.object({
  findingId: z.string(),
  approvedBy: z.string().optional(),
  /** Whose finding it is; absent in runs that an earlier version started, which are of the books that are read now. */
  books: z.object({ account: z.string(), mode: z.enum(stripeModes) }).optional(),
});
export type CorrectInput = z.infer<typeof input>;
export type CorrectJob = Job<CorrectInput, string>;

export function defineCorrectJob(app: App, { clock }: { readonly clock: () => number }): CorrectJob {
  return app.job(
    "correct",
    { requires: ["data:read", "data:write"], input, retries, overlap: "queue", group: booksGroup },
    async ({ input: { findingId: id, approvedBy, books: given }, cloud, data: all, step, signal }) => {
      const books = given ?? (await currentBooks(all));
      if (books === undefined) throw nothingToCorrect();
      const data = syncData(all, books);
      const corrections = await step("corrections", async () => {
        const finding = openOne(await data.findings.get(id));
        const position = await positionOf(data);
        if (position === undefined || finding.corrections === undefined) throw nothingToCorrect();
        // A sync has found something else since: nobody has approved that.
        if (finding.approved_at === undefined) throw approvedNoMore();
        return postCorrections({ cloud, books, signal }, position.ledgerId, finding, approvedBy);
      });
      await step("resolve", async () => {
        const resolved_at = new Date(clock()).toISOString();
        await standsRight(data, (await data.findings.get(id))?.object_key ?? "");
        await data.changeFindings(async ({ findings }) => {
          const finding = await findings.get(id);
          if (finding !== undefined)
            findings.put(id, { ...finding, corrections, status: "resolved", resolved_at });
        });
      });
      return id;
    },
  );
}

/** Of a finding that proposes no posting. */
export function nothingToCorrect(): AppError {
  return new AppError({
    code: "nothing_to_correct",
    status: 409,
    whatHappened: "This finding has no correcting posting.",
    whatToDo: "Reload the page to see how it stands.",
  });
}

function approvedNoMore(): AppError {
  return new AppError({
    code: "approved_no_more",
    status: 409,
    whatHappened: "A sync has proposed another correcting posting since this one was approved.",
    whatToDo: "Look at the finding again, then approve what it proposes now.",
  });
}
