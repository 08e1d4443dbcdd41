/**
 * Every page in every state that it can be in, as a list: where, what the portal API answers there, and what is pressed.
 * Addresses are those below `/portal`.
 */
import type { Page } from "playwright-core";
import type { FailureJson, KeptFindingJson, OverviewJson, TotalsJson } from "../../src/portal-types.ts";
import {
  books,
  currencies,
  everyPayout,
  failures,
  findings,
  formerBooks,
  hugeCurrencies,
  job,
  lives,
  money,
  objects,
  overview,
  overviews,
  payouts,
  type Run,
  runs,
  settings,
  total,
  totals,
  without,
} from "./answers.ts";

/** What is answered: a body, a refusal, or nothing for ever. */
export type Said =
  | { readonly body: unknown }
  | { readonly refused: FailureJson; readonly status: number }
  | "never";

export interface Scene {
  /** Unique; "page: state". */
  readonly name: string;
  readonly path: string;
  /** Others show the same parts: looked at where pictures are taken. */
  readonly onlyPhotographed?: boolean;
  /** The next launch opens where it was. */
  readonly endsSession?: boolean;
  /** By the beginning of what is asked below `/portal`, with its query; the longest one counts. */
  readonly answers: Readonly<Record<string, Said>>;
  /** What is pressed while everything is still answered as it was. */
  readonly prepare?: (page: Page) => Promise<void>;
  /** What is pressed before it is looked at. */
  readonly act?: (page: Page) => Promise<void>;
  /** What is answered from then on that something was pressed. */
  readonly afterwards?: Readonly<Record<string, Said>>;
}

const body = (value: unknown): Said => ({ body: value });
const list = (rows: readonly unknown[]): Said => body({ data: rows });
const refused = (failure: FailureJson, status: number): Said => ({ refused: failure, status });

const session = {
  user_id: "user_4f1c",
  installed_app_id: "instapp_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f",
  organization_id: "org_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f",
  instance_id: "inst_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f",
  granted_permissions: ["data:read", "data:write", "alerts:write"],
  app: { name: "Stripe Sync" },
};
const { user_id: _nobody, ...unnamed } = session;
/** Of the edition that names nobody. */
export const unnamedSession = unnamed;
export const expired = refused(failures.expired, 410);
const lessGranted = {
  ...session,
  granted_permissions: ["data:write"],
  permissions: [
    { scope: "data:read", granted: false, purpose: "to compare the ledger with Stripe" },
    { scope: "data:write", granted: true, purpose: "to post what Stripe moved" },
    { scope: "alerts:write", granted: false, purpose: "to flag open disputes" },
  ],
};

const usual: Readonly<Record<string, Said>> = {
  "/api/session": body(session),
  "/api/jobs": body({ jobs: [job(runs.completed)], kept_days: 30 }),
  "/api/runs": list([runs.completed, runs.cancelled, runs.keyRefused, runs.appFailed, runs.old]),
  "/api/overview": body(overview),
  "/api/totals": body(totals(currencies)),
  "/api/books": list(books.slice(0, 1)),
  "/api/findings": list(findings),
  "/api/payouts": list(everyPayout),
  "/api/payouts/currencies": list(["EUR", "JPY", "KWD"]),
  "/api/settings": body(settings.entered),
  "/api/settings/findings/removal": body({ count: 12 }),
};

type Answers = Readonly<Record<string, Said>>;

function overviewScene(
  state: string,
  shown: {
    readonly run?: Run;
    readonly overview?: OverviewJson;
    readonly totals?: TotalsJson;
    readonly more?: Answers;
  },
): Scene {
  const { run } = shown;
  return {
    name: `overview: ${state}`,
    path: "/",
    answers: {
      ...usual,
      ...(run === undefined ? {} : { "/api/jobs": body({ jobs: [job(run)], kept_days: 30 }) }),
      ...(shown.overview === undefined ? {} : { "/api/overview": body(shown.overview) }),
      ...(shown.totals === undefined ? {} : { "/api/totals": body(shown.totals) }),
      ...shown.more,
    },
  };
}

const away = (as: FailureJson) => ({ ok: false, as_of: "2026-11-26T13:44:10.000Z", failure: as });
const noJob = job(undefined, { counts: { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 } });
const firstJob = {
  ...job(runs.first),
  counts: { queued: 0, running: 1, completed: 0, failed: 0, cancelled: 0 },
};
const { last_run: _none, ...onlyFirst } = firstJob;

const overviewScenes: readonly Scene[] = [
  overviewScene("all is well", {}),
  overviewScene("without a key", {
    overview: overviews.noKey,
    totals: totals([], { stripe: away(failures.noKey), equal: undefined }),
    more: { "/api/jobs": body({ jobs: [noJob], kept_days: 30 }), "/api/runs": list([]) },
  }),
  overviewScene("first import under way", {
    overview: overviews.first,
    totals: totals(
      currencies.map((row) =>
        total(row.currency, BigInt(row.stripe?.minor ?? "0"), -BigInt(row.stripe?.minor ?? "0")),
      ),
    ),
    more: { "/api/jobs": body({ jobs: [onlyFirst], kept_days: 30 }), "/api/runs": list([runs.first]) },
  }),
  overviewScene("posting", { run: runs.posting, overview: overviews.underWay }),
  overviewScene("waits for the limit", { run: runs.limited, overview: overviews.underWay }),
  overviewScene("instance stopped", {
    run: runs.stopped,
    overview: overviews.underWay,
    totals: totals(without("ledger", currencies), { ledger: away(failures.instance), equal: undefined }),
  }),
  overviewScene("Stripe away", {
    run: runs.stripeAway,
    overview: overviews.underWay,
    totals: totals(without("stripe", currencies), { stripe: away(failures.stripeAway), equal: undefined }),
  }),
  overviewScene("Cloud away", {
    run: runs.cloudAway,
    overview: overviews.underWay,
    totals: totals(without("ledger", currencies), { ledger: away(failures.cloudAway), equal: undefined }),
  }),
  overviewScene("at Stripe's limit", {
    totals: totals(without("stripe", currencies), { stripe: away(failures.stripeLimit), equal: undefined }),
  }),
  overviewScene("failed, the key may too little", {
    run: runs.keyRefused,
    totals: totals(without("stripe", currencies), { stripe: away(failures.keyRefused), equal: undefined }),
  }),
  overviewScene("failed, the app", { run: runs.appFailed }),
  overviewScene("does not tie, findings, left out", {
    overview: overviews.leftOut,
    totals: totals([
      total("EUR", 1_204_118_07n, -5_00n, { missing: money(5_00n, "EUR") }),
      total("JPY", 88_214_990n, 12n),
      { ...total("KWD", 42_117_250n), difference: undefined, incomparable: true },
      { ...total("USD", 3_204_55n), difference: undefined, too_busy: true },
    ]),
  }),
  overviewScene("huge amounts", { totals: totals(hugeCurrencies) }),
  overviewScene("no money yet", { totals: totals([]) }),
  overviewScene("no permission", {
    overview: overviews.forbidden,
    more: { "/api/session": body(lessGranted), "/api/totals": refused(failures.forbidden, 403) },
  }),
  overviewScene("former keys, never by itself", {
    overview: { ...overview, next_sync_at: undefined, webhook: false },
    more: { "/api/books": list(books) },
  }),
  overviewScene("loading", { more: { "/api/overview": "never", "/api/totals": "never" } }),
  overviewScene("error", { more: { "/api/overview": refused(failures.app, 500) } }),
  {
    ...overviewScene("certain days", {}),
    act: (page) => page.getByRole("button", { name: "Sync certain days…" }).click(),
  },
  {
    ...overviewScene("a currency opened", {}),
    act: (page) =>
      page
        .getByRole("button", { name: /^Details of/ })
        .first()
        .click(),
  },
  {
    ...overviewScene("start refused", {}),
    act: async (page) => {
      await page.getByRole("button", { name: "Sync now" }).click();
      await page.locator("[data-code]").first().waitFor();
    },
    afterwards: { "POST /api/runs": refused(failures.cloudAway, 502) },
  },
];

const returned = (page: Page) =>
  page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));

export const later = "2026-11-26T13:50:00.000Z";

/** A page that was there, and whose every question is refused from then on. */
function ends(scene: Scene, state: string, as: FailureJson, status: number, sign: string): Scene {
  return {
    ...scene,
    name: `${scene.name.split(":")[0]}: ${state}`,
    act: async (page) => {
      await scene.act?.(page);
      // What was asked a moment ago is not asked again.
      await page.clock.setFixedTime(new Date(later));
      await returned(page);
      await page.locator(sign).first().waitFor();
    },
    afterwards: { "": refused(as, status), "POST ": refused(as, status), "PUT ": refused(as, status) },
  };
}

function page(name: string, path: string, more: Answers = {}, act?: Scene["act"]): Scene {
  return { name, path, answers: { ...usual, ...more }, ...(act === undefined ? {} : { act }) };
}

const runScene = (state: string, run: Run, more: Answers = {}, act?: Scene["act"]) =>
  page(
    `run: ${state}`,
    `/runs/${run.run_id}`,
    {
      [`/api/runs/${run.run_id}`]: body(run),
      [`/api/runs/${run.run_id}/objects`]: body({ data: objects, total: 240 }),
      ...more,
    },
    act,
  );

const withFindings: Run = {
  ...runs.completed,
  run_id: "run_findings",
  findings: 14,
  finding_list: findings.map(({ id: _id, ...finding }) => finding as Run["finding_list"][number]),
  finding_count: 14,
};

/** One of many that differ in words only: it is photographed, and the others stand for it else. */
const photographed = (scene: Scene): Scene => ({ ...scene, onlyPhotographed: true });

async function openAll(where: Page): Promise<void> {
  for (const opener of await where.getByRole("button", { name: /^Details of/ }).all()) await opener.click();
  // What lies below the bar at the top is covered.
  await where.evaluate(() => window.scrollTo(0, 0));
}

const openFirst = (page: Page) =>
  page
    .getByRole("button", { name: /^Details of/ })
    .first()
    .click();
const findingScene = (state: string, finding: KeptFindingJson) =>
  page(
    `finding: ${state}`,
    `/findings?status=new,acknowledged,resolved`,
    { "/api/findings": list([finding]) },
    openFirst,
  );

const payoutScene = (
  state: string,
  payout: (typeof payouts)[keyof typeof payouts],
  contents = objects.slice(0, 5),
) =>
  page(`payout: ${state}`, `/payouts/${payout.key}`, {
    [`/api/payouts/${payout.key}`]: body(payout),
    [`/api/payouts/${payout.key}/objects`]: list(contents),
  });

const objectScene = (state: string, number: number) =>
  page(`object: ${state}`, `/objects/001795612345/${objects[number]?.id}`, {
    "/api/objects": body(objects[number]),
  });

const bySetting = (state: string, kept: unknown, act?: Scene["act"]) =>
  page(`settings: ${state}`, "/settings", { "/api/settings": body(kept) }, act);

async function enterKey(where: Page): Promise<void> {
  await where.getByLabel(/Restricted key|Replace it with another key/).fill("rk_live_0123456789abcdef");
  await where.getByRole("button", { name: "Check and save the key" }).click();
}

export const scenes: readonly Scene[] = [
  ...overviewScenes,
  page("runs: all", "/runs", {
    "/api/runs": list(Object.values(runs)),
    "/api/jobs": body({ jobs: [job(runs.posting)], kept_days: 30 }),
  }),
  page("runs: none", "/runs", { "/api/runs": list([]), "/api/jobs": body({ jobs: [noJob], kept_days: 30 }) }),
  page("runs: none of a status", "/runs?status=failed", { "/api/runs": list([]) }),
  page("runs: loading", "/runs", { "/api/runs": "never" }),
  photographed(page("runs: error", "/runs", { "/api/runs": refused(failures.app, 500) })),
  runScene("completed", runs.completed),
  runScene("with findings", withFindings),
  photographed(runScene("reading", runs.first)),
  runScene("waits for the limit", runs.limited),
  photographed(runScene("instance stopped", runs.stopped)),
  runScene("failed", runs.keyRefused),
  runScene("cancelled, certain days", runs.cancelled),
  runScene("old", runs.old, { "/api/runs/run_old/objects": list([]) }, (shown) =>
    shown.getByText("The list of its objects is no longer kept").waitFor(),
  ),
  runScene("an object opened", runs.completed, {}, openFirst),
  runScene(
    "no object matches",
    runs.completed,
    { [`/api/runs/${runs.completed.run_id}/objects?kind`]: list([]) },
    async (where) => {
      await where.getByLabel("Kind").selectOption("charge");
      await where.getByText("No object matches").waitFor();
    },
  ),
  page("run: unknown", "/runs/run_nobodys", {
    "/api/runs/run_nobodys": refused(
      {
        code: "no_such_run",
        error: "There is no run with this id. Runs are kept for 30 days after they have ended.",
        next: "Go back to the list of runs.",
        reference: "ref_1f2e3d4c5b6a7980",
      },
      404,
    ),
  }),
  photographed(page("run: loading", "/runs/run_never", { "/api/runs/run_never": "never" })),
  page("findings: every kind", "/findings"),
  page("findings: none", "/findings", { "/api/findings": list([]) }),
  page("findings: none matches", "/findings?status=acknowledged", { "/api/findings": list([]) }),
  page(
    "findings: of one kind",
    "/findings?code=unknown_type",
    { "/api/findings": list([findings[2], { ...findings[2], id: "fnd_b" }]) },
    (where) => where.getByText("Acknowledge all of this kind at once").click(),
  ),
  page("findings: resolved", "/findings?status=resolved", {
    "/api/findings": body({ data: [lives.resolved, lives.corrected], resolved_kept_days: 730 }),
  }),
  photographed(page("findings: loading", "/findings", { "/api/findings": "never" })),
  photographed(page("findings: error", "/findings", { "/api/findings": refused(failures.cloudAway, 502) })),
  page("findings: of a former key", `/findings?books=${books[1]?.name}`, { "/api/books": list(books) }),
  ...findings.map((finding) => photographed(findingScene(finding.code, finding))),
  ...Object.entries(lives).map(([state, finding]) => photographed(findingScene(state, finding))),
  page("findings: every kind, opened", "/findings?status=new,acknowledged,resolved", {}, openAll),
  page(
    "findings: every state of one, opened",
    "/findings?status=new,acknowledged,resolved",
    {
      "/api/findings": list(
        Object.values(lives).map((finding, number) => ({ ...finding, id: `fnd_life_${number}` })),
      ),
    },
    openAll,
  ),
  {
    ...findingScene("acknowledging refused", findings[0] as KeptFindingJson),
    act: async (where) => {
      await openFirst(where);
      await where.getByLabel("Why it may stay").fill("Settled with the network");
      await where.getByRole("button", { name: "Acknowledge", exact: true }).click();
      await where.locator("[data-code]").first().waitFor();
    },
    afterwards: { "POST ": refused(failures.cloudAway, 502) },
  },
  page("payouts: every state", "/payouts"),
  page("payouts: none", "/payouts?from=2026-01-01&to=2026-01-31&state=differs", {
    "/api/payouts": list([]),
    "/api/payouts/currencies": list([]),
  }),
  photographed(page("payouts: loading", "/payouts", { "/api/payouts": "never" })),
  photographed(page("payouts: error", "/payouts", { "/api/payouts": refused(failures.app, 500) })),
  payoutScene("reconciled", payouts.reconciled),
  photographed(payoutScene("open", payouts.open, [])),
  payoutScene("differs", payouts.differs),
  payoutScene("came back", payouts.returned, []),
  payoutScene("by hand", payouts.manual, []),
  payoutScene("huge", payouts.huge),
  photographed(payoutScene("taken from the bank", payouts.negative)),
  page("payout: unknown", "/payouts/1/po_nobodys", {
    "/api/payouts/1/po_nobodys": refused(
      {
        code: "no_such_payout",
        error: "There is no payout with this id.",
        next: "Go back to the payouts.",
        reference: "ref_1f2e3d4c5b6a7980",
      },
      404,
    ),
  }),
  objectScene("charge, a long name", 0),
  photographed(objectScene("refund, written from right to left", 1)),
  photographed(objectScene("dispute", 3)),
  objectScene("huge", 4),
  objectScene("unknown type", 5),
  photographed(objectScene("waiting", 6)),
  objectScene("customer", 7),
  photographed(page("object: loading", "/objects/1/txn_1", { "/api/objects": "never" })),
  page("object: unknown", "/objects/1/txn_1", {
    "/api/objects": refused(
      {
        code: "no_such_object",
        error: "There is no object with this id.",
        next: "Go to the overview.",
        reference: "ref_1f2e3d4c5b6a7980",
      },
      404,
    ),
  }),
  page("books: former", `/books/${books[1]?.name}`, {
    "/api/books": list(books),
    [`/api/books/${books[1]?.name}`]: body(formerBooks),
  }),
  page("books: instance stopped", `/books/${books[1]?.name}`, {
    "/api/books": list(books),
    [`/api/books/${books[1]?.name}`]: body({
      ...formerBooks,
      ledger: away(failures.instance),
      currencies: without("ledger", formerBooks.currencies),
    }),
  }),
  bySetting("without a key", settings.noKey),
  bySetting("with a key", settings.entered),
  bySetting("connected account, own times", settings.connected),
  photographed(bySetting("test mode", settings.test)),
  photographed(bySetting("a development environment's", settings.environment)),
  {
    ...bySetting("key refused", settings.entered),
    act: async (where) => {
      await enterKey(where);
      await where.locator("[data-code]").first().waitFor();
    },
    afterwards: { "PUT /api/settings/key": refused(failures.keyRefused, 422) },
  },
  {
    ...bySetting("key replaced", settings.entered),
    act: async (where) => {
      await enterKey(where);
      await where.getByText("Saved.").first().waitFor();
    },
    afterwards: { "PUT /api/settings/key": body(settings.entered) },
  },
  {
    ...bySetting("key removed", settings.entered),
    act: async (where) => {
      await where.getByRole("button", { name: "Remove the key" }).click();
      await where.getByRole("button", { name: "Remove it" }).click();
      await where.getByText("There is no key any more.").waitFor();
    },
    afterwards: {
      "DELETE /api/settings/key": body(settings.removed),
      "/api/settings": body(settings.removed),
    },
  },
  bySetting("key to be removed", settings.entered, (where) =>
    where.getByRole("button", { name: "Remove the key" }).click(),
  ),
  bySetting("findings kept for less", settings.entered, async (where) => {
    await where.getByLabel("Keep resolved findings").selectOption("90");
    await where.getByText("This removes").waitFor();
  }),
  page("settings: no permission", "/settings", { "/api/session": body(lessGranted) }),
  page("settings: loading", "/settings", { "/api/settings": "never" }),
  photographed(page("settings: error", "/settings", { "/api/settings": refused(failures.app, 500) })),
  page("nowhere: not found", "/nowhere"),
  // What ends a page, on every page.
  ...[
    page("overview: x", "/"),
    page("runs: x", "/runs?status=failed"),
    { ...runScene("x", runs.completed), path: `/runs/${runs.completed.run_id}?kind=charge&currency=USD` },
    page("findings: x", "/findings?code=unknown_type&finding=fnd_3"),
    payoutScene("x", payouts.reconciled),
    page("payouts: x", "/payouts?currency=EUR"),
    objectScene("x", 0),
    page("settings: x", "/settings"),
    page("books: x", `/books/${books[1]?.name}`, {
      "/api/books": list(books),
      [`/api/books/${books[1]?.name}`]: body(formerBooks),
    }),
  ].map((scene) => ({
    ...ends(scene, "session expired", failures.expired, 410, '[data-code="session_expired"]'),
    endsSession: true,
  })),
  ends(page("overview: y", "/"), "stale", failures.app, 500, ".annex-notice"),
  ends(page("payouts: y", "/payouts"), "stale", failures.app, 500, ".annex-notice"),
  ends(page("overview: z", "/"), "uninstalled", failures.uninstalled, 403, '[data-code="app_uninstalled"]'),
];
