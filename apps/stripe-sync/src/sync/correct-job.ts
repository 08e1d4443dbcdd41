/** The job `correct`: the correcting posting that a member approved. */
import { type App, AppError, isFinal, type Job } from "@annex/app";
import { z } from "zod";
import type { KeptFindingJson } from "../portal-types.ts";
import { postCorrections } from "./corrections.ts";
import { findingId, openFinding } from "./findings.ts";
import { currentBooks, positionOf, type SyncData, syncData } from "./register.ts";
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
        // What is refused stays refused; the person who approved it finds the button again.
        if (error instanceof AppError && isFinal(error)) await takeBack(data, id);
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

/** As it stands now: a sync may have resolved it meanwhile. */
async function takeBack(data: SyncData, id: string): Promise<void> {
  const finding = await data.findings.get(id);
  if (finding !== undefined && finding.status !== "resolved")
    await data.findings.put(id, unapproved(finding));
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
