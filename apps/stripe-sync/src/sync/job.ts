/**
 * The job `sync`: ledger, customers, balance transactions read, posted, and both sides compared.
 *
 * Everything is read before anything is posted. Stripe lists the newest first; kept as a list of work, it can be
 * posted oldest first, progress has a total, and Stripe failing halfway leaves no half-posted page.
 */
import type { App, Job, JobContext } from "@annex/app";
import type { CurrencyTotalJson, FindingJson, ProgressJson, RunPhase } from "../portal-types.ts";
import type { StripeAccess } from "../stripe/access.ts";
import { keepFindings, syncData } from "./objects.ts";
import {
  accountsStep,
  customersStep,
  type PageResult,
  postStep,
  prepareStep,
  readStep,
  type SyncTools,
  tidyStep,
} from "./steps.ts";
import { addTallies, countsOf, emptyTally, type Tally } from "./tally.ts";
import { allEqual, compareSides, ledgerSide, stripeSide } from "./totals.ts";

/** What a run ends with. */
export type SyncResult = {
  readonly tally: Tally;
  readonly currencies: readonly CurrencyTotalJson[];
  readonly equal: boolean;
};

/** What a run says while it works; kept with it, so that the page of a failed run still has its counts. */
export type SyncProgress = Omit<ProgressJson, "total"> & { readonly total?: number; readonly tally: Tally };

export type SyncJob = Job<undefined, SyncResult>;

/** Calls are patient themselves; a run that still fails should say so soon, since a person can try it again. */
const retries = { maximum: 1, firstDelayMilliseconds: 1_000 };

/** What the job needs beside what the framework gives it. */
export type SyncParts = { readonly stripe: StripeAccess; readonly clock: () => number };

export function defineSyncJob(app: App, parts: SyncParts): SyncJob {
  return app.job<undefined, SyncResult>(
    "sync",
    { requires: ["data:read", "data:write"], retries },
    (context) => runSync(context, parts),
  );
}

async function runSync(context: JobContext<undefined>, parts: SyncParts): Promise<SyncResult> {
  const tools = toolsFrom(context, parts);
  const run = new Run(context);
  const ledgerId = await context.step("prepare", async () => {
    await run.tell("preparing");
    return prepareStep(tools);
  });
  await run.pages("customers", (after) => customersStep(tools, after));
  const read = await run.pages("reading", (after) => readStep(tools, after));
  const wanted = [...new Set(read.flatMap(({ accounts }) => accounts ?? []))].sort();
  await context.step("accounts", () => accountsStep(tools, ledgerId, wanted));
  await run.pages("posting", (after) => postStep(tools, ledgerId, after));
  const checked = await context.step("check", async () => {
    await run.tell("checking");
    return checkStep(tools);
  });
  await context.step("tidy", () => tidyStep(tools));
  const tally = addTallies(run.tally, { ...emptyTally, findings: checked.findings });
  return { tally, currencies: checked.currencies, equal: checked.equal };
}

function toolsFrom(context: JobContext<undefined>, { stripe, clock }: SyncParts): SyncTools {
  const { cloud, data, runId, signal, installation } = context;
  const mayAlert = installation.grantedPermissions.includes("alerts:write");
  return { cloud, data, runId, signal, stripe, clock, mode: stripe.mode, mayAlert };
}

/** Carries a run from step to step: names the steps, adds up what they report, tells the progress. */
class Run {
  tally: Tally = emptyTally;
  readonly #context: JobContext<undefined>;

  constructor(context: JobContext<undefined>) {
    this.#context = context;
  }

  /** One step a page, until there is no next one. */
  async pages(
    phase: RunPhase,
    work: (after: string | undefined) => Promise<PageResult>,
  ): Promise<readonly PageResult[]> {
    const results: PageResult[] = [];
    let after: string | undefined;
    do {
      const result = await this.#page(phase, results.length, after, work);
      this.tally = addTallies(this.tally, result.tally);
      results.push(result);
      after = result.next;
    } while (after !== undefined);
    return results;
  }

  // Progress is told inside the step: steps that were finished before a crash are not told again.
  #page(
    phase: RunPhase,
    number: number,
    after: string | undefined,
    work: (after: string | undefined) => Promise<PageResult>,
  ): Promise<PageResult> {
    return this.#context.step(`${phase} ${number + 1}`, async () => {
      if (number === 0) await this.tell(phase);
      const result = await work(after);
      await this.tell(phase, addTallies(this.tally, result.tally));
      return result;
    });
  }

  async tell(phase: RunPhase, tally = this.tally): Promise<void> {
    const counts = countsOf(tally);
    const total = phase === "posting" || phase === "checking" ? { total: counts.all } : {};
    const done = counts.all - counts.waiting;
    const progress: SyncProgress = {
      phase,
      done,
      ...total,
      message: messageOf(phase, counts.all, done),
      tally,
    };
    await this.#context.progress(progress);
  }
}

function messageOf(phase: RunPhase, all: number, done: number): string {
  const messages: Readonly<Record<RunPhase, string>> = {
    preparing: "Preparing the ledger",
    customers: `Customers: ${all} so far`,
    reading: `Reading from Stripe: ${all} objects so far`,
    posting: `Posting to the ledger: ${done} of ${all}`,
    checking: "Comparing the ledger with Stripe",
  };
  return messages[phase];
}

type Checked = {
  readonly currencies: readonly CurrencyTotalJson[];
  readonly equal: boolean;
  readonly findings: number;
};

/** Both sides once more, after all is posted: the proof, or a finding for each currency that differs. */
async function checkStep(tools: SyncTools): Promise<Checked> {
  const call = tools.signal === undefined ? {} : { signal: tools.signal };
  const currencies = compareSides(await stripeSide(tools.stripe, call), await ledgerSide(tools));
  const findings = currencies.filter(({ difference }) => difference?.minor !== "0").map(differenceFound);
  await keepFindings(syncData(tools.data), tools.runId, findings);
  return { currencies, equal: allEqual(currencies), findings: findings.length };
}

function differenceFound({ currency, stripe, ledger, difference }: CurrencyTotalJson): FindingJson {
  return {
    code: "balance_differs",
    error: `In ${currency} the ledger has ${ledger?.minor ?? "?"} and Stripe holds ${stripe?.minor ?? "?"}: ${difference?.minor ?? "?"} apart, in minor units.`,
    next: "Payments that came in while this ran are the usual cause: run it again. If the difference stays, look at the other findings.",
  };
}
