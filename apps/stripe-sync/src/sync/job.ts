/**
 * The job `sync`: ledger, customers, balance transactions read, posted, alerts raised, payouts reconciled, and both
 * sides compared.
 *
 * Everything is read before anything is posted. Stripe lists the newest first; kept as a list of work, it can be
 * posted oldest first, progress has a total, and Stripe failing halfway leaves no half-posted page.
 *
 * The first run reads all there is. Every further one begins where the last one ended, with an overlap; a run for a
 * range of days reads those, and looks at what is settled again. A run waits as long as it takes where Cloud, the
 * ledger or Stripe is away: what passes is tried again for days, with pauses of five minutes at most.
 */
import { type App, AppError, type Job, type JobContext } from "@annex/app";
import type { Books } from "../mapping/books.ts";
import { classificationVersion } from "../mapping/kinds.ts";
import type { CurrencyTotalJson, ProgressJson, RunPhase } from "../portal-types.ts";
import type { StripeAccess } from "../stripe/access.ts";
import {
  type Accounts,
  accountOfText,
  ensureAccounts,
  ensureLedger,
  loadAccounts,
  nameAccounts,
} from "./accounts.ts";
import { alertStep, unalertedPage } from "./alerts.ts";
import { checkStep } from "./checking.ts";
import { eventsPage, forgetEvents, forgetOldEvents, takeEvents } from "./events.ts";
import { forgetResolvedFindings } from "./finding-retention.ts";
import { customersPage, doubtfulPage } from "./identities.ts";
import { type SyncInput, syncInput } from "./input.ts";
import { learnIdsPage } from "./object-ids.ts";
import { indexOpenFindings } from "./open-findings.ts";
import {
  contentsPage,
  nothingPaidOut,
  type OpenPayout,
  oldPayoutsPage,
  type PayoutSums,
  payoutsListedFor,
  payoutsPage,
  reconcile,
  reconcileReturned,
} from "./payouts.ts";
import { positionAfter, readingOf } from "./position.ts";
import { type PageResult, type Reading, readPage } from "./reading.ts";
import {
  keepPosition,
  type Position,
  pageWritersIn,
  positionOf,
  rememberBooks,
  syncData,
} from "./register.ts";
import { forgetOldRuns, forgetTallies, keepRun } from "./retention.ts";
import { workListIn } from "./run-objects.ts";
import { addTallies, countsOf, emptyTally, findingsFound, type Tally } from "./tally.ts";
import { booksGroup, retries } from "./together.ts";
import type { PageTools, SyncTools } from "./tools.ts";
import { allEqual } from "./totals.ts";
import { postPage, reclassifyPage, retryPage } from "./working.ts";

/** What a run ends with. */
export type SyncResult = {
  readonly tally: Tally;
  readonly currencies: readonly CurrencyTotalJson[];
  readonly equal: boolean;
};

/** What a run says while it works; kept with it, so that the page of a failed run still has its counts. */
export type SyncProgress = Omit<ProgressJson, "total"> & {
  readonly phase: RunPhase;
  readonly total?: number;
  readonly tally: Tally;
};

export type SyncJob = Job<SyncInput, SyncResult>;

/** What the job needs beside what the framework gives it. */
export type SyncParts = {
  /** The Stripe of one installation. @throws AppError where it has no key. */
  readonly stripeOf: (context: Pick<JobContext<unknown>, "secrets">) => Promise<StripeAccess>;
  readonly clock: () => number;
};

export function defineSyncJob(app: App, parts: SyncParts): SyncJob {
  return app.job<SyncInput, SyncResult>(
    "sync",
    {
      title: "Sync",
      requires: ["data:read", "data:write"],
      input: syncInput,
      retries,
      overlap: "queue",
      group: booksGroup,
    },
    (context) => runSync(context, parts),
  );
}

type Plan = {
  readonly books: Books;
  /**
   * Where it begins, with the table of types that it brings the books up to: that of the version which began it. One
   * that goes on with it may have another; then the next run finds the difference.
   */
  readonly position: Position;
  readonly reading: Reading;
  /** Whether an older table of types classified what is booked; absent in runs that an earlier version began. */
  readonly reclassify?: boolean;
  /** Whether the ids of what is kept are to be noted first. */
  readonly learnIds?: boolean;
};

async function runSync(context: JobContext<SyncInput>, parts: SyncParts): Promise<SyncResult> {
  const { step, signal } = context;
  const stripe = await parts.stripeOf(context);
  const account = await stripe.account({ signal });
  const books: Books = { account, mode: stripe.mode };
  const tools = toolsFrom(context, parts, stripe, books);
  const run = new Run(context, tools);
  const plan = await step("prepare", async () => {
    await run.tell("preparing");
    return prepareStep(context, tools);
  });
  refuseOtherBooks(plan.books, books);
  const { position, reading, reclassify = false, learnIds = false } = plan;
  await step("events", ({ data }) => takeEvents(data, context.input));
  if (learnIds) await run.pages("preparing", (page, after) => learnIdsPage(page.data, after), "ids");

  const customers = await run.pages("customers", (page, after) => customersPage(page, reading, after));
  await run.pages("customers", (page, after) => doubtfulPage(page, after), "customers in doubt");
  const dealtWith: string[] = [];
  const read = [
    customers,
    await run.pages("reading", (page, after) => readPage(page, reading, after)),
    await run.pages(
      "reading",
      (page, after) => eventsPage(page, context.data, after),
      "what Stripe told of",
      ({ events = [] }) => dealtWith.push(...events),
    ),
    await run.pages("reading", (page, after) => retryPage(page, after), "what is open"),
    await run.pages(
      "reading",
      (page, after) => reclassified(page, reclassify, after),
      "what is booked elsewhere",
    ),
  ];
  const wanted = [...new Set(read.flatMap(({ accounts }) => [...accounts]))].sort();
  const ledger = {
    ledgerId: position.ledgerId,
    accounts: await accountsStep(context, tools, position, wanted),
  };
  const known = ledger.accounts.idOf;
  await run.pages("posting", (page, after) => postPage(page, ledger, after));
  if (wanted.some((account) => !known.has(account))) {
    // The ledger makes them as they are posted to.
    await step("names", async () => nameAccounts(tools, await loadAccounts(tools, ledger.ledgerId)));
  }
  await raiseAlerts(run, context, tools);
  await reconcilePayouts(run, context, tools, reading);

  const newest = Math.max(...read.map((pages) => pages.newest));
  const next = positionAfter(position, reading, newest, Math.floor(parts.clock() / 1000));
  const checked = await step("check", async () => {
    await run.tell("checking");
    return checkStep(tools, next, reading);
  });
  await step("tidy", async () => {
    await indexOpenFindings(tools.data);
    await forgetEvents(context.data, dealtWith);
    await forgetOldRuns(context.data);
    await forgetTallies(context.data, context.jobs);
    await forgetOldEvents(context.data, parts.clock());
    await forgetResolvedFindings(context.data, new Date(parts.clock()));
  });
  const tally = addTallies(run.tally, findingsFound(checked.findings));
  return { tally, currencies: checked.currencies, equal: allEqual(checked.currencies) };
}

function toolsFrom(
  { cloud, data, runId, signal, installation }: JobContext<SyncInput>,
  { clock }: SyncParts,
  stripe: StripeAccess,
  books: Books,
): SyncTools {
  const mayAlert = installation.grantedPermissions.includes("alerts:write");
  return { cloud, books, signal, stripe, data: syncData(data, books), runId, clock, mayAlert };
}

/** Before anything else: the ledger. An instance that is stopped is noticed here. */
async function prepareStep({ input, data }: JobContext<SyncInput>, tools: SyncTools): Promise<Plan> {
  const known = await positionOf(tools.data);
  const before = known ?? (await newPosition(tools));
  if (known === undefined) await keepPosition(tools.data, before);
  await rememberBooks(data, tools.books);
  await keepRun(data, { runId: tools.runId, ...tools.books, places: true }, new Date(tools.clock()));
  return {
    books: tools.books,
    position: { ...before, classification: classificationVersion, idsKnown: true },
    reading: readingOf(input, before),
    reclassify: before.classification !== classificationVersion,
    learnIds: before.idsKnown !== true,
  };
}

async function newPosition(tools: SyncTools): Promise<Position> {
  const ledgerId = await ensureLedger(tools);
  return { ledgerId, classification: classificationVersion, idsKnown: true };
}

/** A key that was replaced while a run waited must not bring another account's money into these books. */
function refuseOtherBooks(begun: Books, now: Books): void {
  if (begun.account === now.account && begun.mode === now.mode) return;
  throw new AppError({
    code: "stripe_account_changed",
    status: 409,
    whatHappened: `This run began with the Stripe account ${begun.account} (${begun.mode}); the key is of ${now.account} (${now.mode}) now.`,
    whatToDo: "Start a new sync: it keeps books of its own for the new account.",
  });
}

/** As plain JSON: a step's result is kept. */
async function accountsStep(
  { step }: JobContext<SyncInput>,
  tools: SyncTools,
  { ledgerId }: Position,
  wanted: readonly string[],
): Promise<Accounts> {
  const ids = await step("accounts", async () => {
    if (wanted.length === 0) return [];
    const { idOf } = await ensureAccounts(tools, ledgerId, wanted.map(accountOfText));
    return [...idOf];
  });
  const idOf = new Map(ids);
  const keyOf = new Map(ids.map(([text, id]) => [id, accountOfText(text)]));
  return { books: tools.books, idOf, keyOf };
}

async function reclassified(
  tools: PageTools,
  reclassify: boolean,
  after: string | undefined,
): Promise<PageResult> {
  return reclassify ? reclassifyPage(tools, after) : { tally: emptyTally };
}

async function raiseAlerts(run: Run, { step }: JobContext<SyncInput>, tools: SyncTools): Promise<void> {
  if (!tools.mayAlert) return;
  let after: string | undefined;
  let number = 0;
  do {
    number += 1;
    const page = await step(`alerts ${number}`, () => unalertedPage(tools, after));
    for (const key of page.keys) {
      const findings = await step(`alert ${key}`, async () => {
        await run.tell("alerts");
        return alertStep(tools, key);
      });
      run.found(findings);
    }
    after = page.next;
  } while (after !== undefined);
}

async function reconcilePayouts(
  run: Run,
  { step }: JobContext<SyncInput>,
  tools: SyncTools,
  { from, verify }: Reading,
): Promise<void> {
  const since = from === undefined ? undefined : Math.max(0, from - payoutsListedFor);
  const lists = [
    ["payouts", payoutsPage],
    ["old payouts", oldPayoutsPage],
  ] as const;
  for (const [name, list] of lists) {
    let after: string | undefined;
    let number = 0;
    do {
      number += 1;
      const page = await step(`${name} ${number}`, async () => {
        if (number === 1) await run.tell("payouts");
        return list(tools, since, after, verify);
      });
      run.found(page.findings);
      for (const payout of page.open) run.found(await reconcilePayout(step, tools, payout));
      after = page.next;
    } while (after !== undefined);
  }
}

async function reconcilePayout(
  step: JobContext<SyncInput>["step"],
  tools: SyncTools,
  payout: OpenPayout,
): Promise<number> {
  if (payout.returned === true) return step(`payout ${payout.id}`, () => reconcileReturned(tools, payout));
  let sums: PayoutSums = nothingPaidOut;
  let number = 0;
  do {
    number += 1;
    const before = sums;
    sums = await step(`payout ${payout.id} ${number}`, () => contentsPage(tools, payout, before));
  } while (sums.next !== undefined);
  const all = sums;
  return step(`payout ${payout.id}`, () => reconcile(tools, payout, all));
}

/** Looks at one page of a phase. */
type PageWork = (tools: PageTools, after: string | undefined) => Promise<PageResult>;

/** What the pages of a phase come to; nothing that grows with their number. */
type Pages = { readonly accounts: ReadonlySet<string>; readonly newest: number };

/** Carries a run from step to step: names the steps, adds up what they report, tells the progress. */
class Run {
  tally: Tally = emptyTally;
  readonly #context: JobContext<SyncInput>;
  readonly #tools: SyncTools;

  constructor(context: JobContext<SyncInput>, tools: SyncTools) {
    this.#context = context;
    this.#tools = tools;
  }

  found(findings: number): void {
    this.tally = addTallies(this.tally, findingsFound(findings));
  }

  /** One step a page, until there is no next one. */
  async pages(
    phase: RunPhase,
    work: PageWork,
    name: string = phase,
    done: (result: PageResult) => void = () => undefined,
  ): Promise<Pages> {
    const accounts = new Set<string>();
    let newest = 0;
    let number = 0;
    let after: string | undefined;
    do {
      number += 1;
      const result = await this.#page(phase, `${name} ${number}`, after, work);
      this.tally = addTallies(this.tally, result.tally);
      done(result);
      for (const account of result.accounts ?? []) accounts.add(account);
      newest = Math.max(newest, result.newest ?? 0);
      after = result.next;
    } while (after !== undefined);
    return { accounts, newest };
  }

  // Progress is told inside the step: steps that were finished before a crash are not told again.
  #page(phase: RunPhase, name: string, after: string | undefined, work: PageWork): Promise<PageResult> {
    return this.#context.step(name, async ({ data: writer }) => {
      if (after === undefined) await this.tell(phase);
      const { books, runId } = this.#tools;
      const page = { keep: pageWritersIn(writer, books), listWork: workListIn(writer, books, runId) };
      const result = await work({ ...this.#tools, ...page }, after);
      await this.tell(phase, addTallies(this.tally, result.tally));
      return result;
    });
  }

  async tell(phase: RunPhase, tally = this.tally): Promise<void> {
    const counts = countsOf(tally);
    const isRead = phase !== "preparing" && phase !== "customers" && phase !== "reading";
    const done = counts.all - counts.waiting;
    const progress: SyncProgress = {
      phase,
      done,
      ...(isRead ? { total: counts.all } : {}),
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
    alerts: "Raising alerts for disputes",
    payouts: "Reconciling payouts",
    checking: "Comparing the ledger with Stripe",
  };
  return messages[phase];
}
