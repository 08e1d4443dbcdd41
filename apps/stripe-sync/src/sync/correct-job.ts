/** The job `correct`: the correcting posting that a member approved. */
import { type App, AppError, type Job } from "@annex/app";
import { z } from "zod";
import type { KeptFindingJson } from "../portal-types.ts";
import { postCorrections } from "./corrections.ts";
import { findingId, openFinding } from "./findings.ts";
import { currentBooks, positionOf, syncData } from "./register.ts";
import { standsRight } from "./working.ts";

const input = z.object({ findingId: z.string(), approvedBy: z.string().optional() });
export type CorrectJob = Job<z.infer<typeof input>, string>;

export function defineCorrectJob(app: App, { clock }: { readonly clock: () => number }): CorrectJob {
  return app.job(
    "correct",
    { requires: ["data:read", "data:write"], input },
    async ({ input: { findingId: id, approvedBy }, cloud, data: all, step, signal }) => {
      const books = await currentBooks(all);
      if (books === undefined) throw nothingToCorrect();
      const data = syncData(all, books);
      const finding = await openFinding(data, id);
      const position = await positionOf(data);
      if (position === undefined || finding.corrections === undefined) throw nothingToCorrect();
      const corrections = await step("corrections", () =>
        postCorrections({ cloud, books, signal }, position.ledgerId, finding, approvedBy),
      ).catch(async (error: unknown) => {
        if (isFinal(error)) await data.findings.put(id, unapproved(finding));
        throw error;
      });
      await step("resolve", async () => {
        const now = new Date(clock()).toISOString();
        await standsRight(data, finding.object_key ?? "");
        await data.findings.put(findingId(finding), {
          ...finding,
          corrections,
          status: "resolved",
          resolved_at: now,
        });
      });
      return id;
    },
  );
}

/** What is refused stays refused; the person who approved it finds the button again. */
function isFinal(error: unknown): boolean {
  return error instanceof AppError && error.status < 500;
}

function unapproved({ approved_at: _at, approved_by: _by, ...finding }: KeptFindingJson): KeptFindingJson {
  return finding;
}

function nothingToCorrect(): AppError {
  return new AppError({
    code: "nothing_to_correct",
    status: 409,
    whatHappened: "This finding has no correcting posting.",
    whatToDo: "Reload the page to see how it stands.",
  });
}
