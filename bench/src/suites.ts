/** The suites by name, in the order they run. */
import { runFairnessSuite } from "./fairness/suite.ts";
import { runSteadySuite } from "./gateway/steady.ts";
import { runGatewaySuite } from "./gateway/suite.ts";
import { runGrowthAppSuite } from "./growth-app/suite.ts";
import { runHttpSuite } from "./http/suite.ts";
import { runJobsSuite } from "./jobs/suite.ts";
import { runBadDays } from "./ledger/bad-days.ts";
import { runGrowthSuite } from "./ledger/growth.ts";
import { runLedgerSuite } from "./ledger/suite.ts";
import { runListsSuite } from "./lists/suite.ts";
import type { SuiteOptions } from "./options.ts";
import { runPostgresSuite } from "./postgres/suite.ts";
import type { Row } from "./report.ts";
import { runSizeSuite } from "./size/suite.ts";
import { runStripeSuite } from "./stripe/suite.ts";

export type Suite = {
  readonly title: string;
  run(options: SuiteOptions): Promise<readonly Row[]>;
  /** Takes minutes: left out unless it is named. */
  readonly onlyWhenAsked?: true;
};

export const suites: Readonly<Record<string, Suite>> = {
  http: { title: "installs, duplicates, launches, session checks over HTTP, durable", run: runHttpSuite },
  gateway: { title: "the local Cloud's gateway over calling its ledger", run: runGatewaySuite },
  steady: {
    title: "what a Cloud takes of memory under 200 calls a second (only when asked for, --seconds 600)",
    run: runSteadySuite,
    onlyWhenAsked: true,
  },
  jobs: { title: "durable jobs against a bare queue", run: runJobsSuite },
  postgres: {
    title: "events, replicas and jobs on a PostgreSQL server, durable",
    run: runPostgresSuite,
  },
  ledger: { title: "the ledger over HTTP against bare SQL on the same engine", run: runLedgerSuite },
  "ledger-days": {
    title:
      "the ledger beside a large batch, after a kill, at a long history, at a large reconciliation (only when asked for)",
    run: runBadDays,
    onlyWhenAsked: true,
  },
  size: {
    title: "what a minimal app installs and loads (only when asked for: it installs packages)",
    run: runSizeSuite,
    onlyWhenAsked: true,
  },
  growth: {
    title: "posting into full books against empty ones (only when asked for)",
    run: runGrowthSuite,
    onlyWhenAsked: true,
  },
  lists: {
    title: "first pages of lists over 1,000,000 transactions and 100,000 balances (only when asked for)",
    run: runListsSuite,
    onlyWhenAsked: true,
  },
  "growth-app": {
    title:
      "an app with 100,000 installations and 1,000,000 events against an empty one (only when asked for)",
    run: runGrowthAppSuite,
    onlyWhenAsked: true,
  },
  fairness: {
    title: "one tenant's run beside 100,000 of another's (only when asked for)",
    run: runFairnessSuite,
    onlyWhenAsked: true,
  },
  stripe: {
    title:
      "Stripe Sync: a first import of 200,000 objects, and a run that finds nothing (only when asked for)",
    run: runStripeSuite,
    onlyWhenAsked: true,
  },
};
