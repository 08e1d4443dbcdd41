import { MantineProvider } from "@mantine/core";
import {
  QueryClient,
  QueryClientProvider,
  QueryObserver,
  type QueryObserverOptions,
} from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { RunStatus } from "../jobs/status.ts";
import { useJobRun } from "../jobs/use-job-run.ts";
import { Page } from "../layout/Page.tsx";
import { type Portal, PortalContext } from "../provider/portal-context.ts";
import { errorFromAnswer } from "../refusals/portal-error.ts";
import { createPortalClient } from "../requests/portal-client.ts";
import { useRun, useRuns } from "../runs/run-queries.ts";
import { loadsByItself, type PortalListOptions, usePortalList } from "./use-portal-list.ts";
import { type PortalQueryOptions, usePortalQuery } from "./use-portal-query.ts";

const portal: Portal = {
  client: createPortalClient({ session: undefined, base: "/portal" }),
  session: {
    installedAppId: "app_1",
    instanceId: "inst_1",
    permissions: [],
    appName: "Books",
    development: false,
  },
};

/** What a page says whose query was answered once, and whose repetition is refused. */
async function pageOver(queryKey: readonly string[], meta: Record<string, unknown> = {}): Promise<string> {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(queryKey, { new_findings: 0 });
  const refused = errorFromAnswer(503, { code: "app_away", error: "The app is away.", next: "Wait." });
  const observer = new QueryObserver(client, { queryKey, queryFn: () => Promise.reject(refused), meta });
  const leave = observer.subscribe(() => undefined);
  await observer.refetch();
  const shown = renderToStaticMarkup(
    <MantineProvider>
      <QueryClientProvider client={client}>
        <Page title="Findings">Nothing needs you</Page>
      </QueryClientProvider>
    </MantineProvider>,
  );
  leave();
  return shown;
}

test("every page says of itself that it could not be asked again, and keeps what it shows", async () => {
  const shown = await pageOver(["/api/findings"]);
  expect(shown).toContain("This could not be refreshed");
  expect(shown).toContain("Nothing needs you");
});

test("but not of the session, whose end is said elsewhere, nor of what says it by itself", async () => {
  expect(await pageOver(["/api/session"])).not.toContain("could not be refreshed");
  expect(await pageOver(["/api/totals"], { saysItself: true })).not.toContain("could not be refreshed");
});

function Asking({ by }: { readonly by: () => unknown }) {
  by();
  return null;
}

/** In how many milliseconds a hook asks again for what it was answered. */
function asksAgainIn(use: () => unknown, queryKey: readonly unknown[], answer: unknown): number | false {
  const client = new QueryClient();
  client.setQueryData(queryKey, answer);
  renderToStaticMarkup(
    <PortalContext value={portal}>
      <QueryClientProvider client={client}>
        <Asking by={use} />
      </QueryClientProvider>
    </PortalContext>,
  );
  const query = client.getQueryCache().find({ queryKey, exact: true });
  const { refetchInterval } = (query?.options ?? {}) as QueryObserverOptions;
  if (query === undefined || typeof refetchInterval !== "function") throw new Error("The hook asks nothing.");
  return refetchInterval(query) ?? false;
}

const queried = (options: PortalQueryOptions<unknown>) =>
  asksAgainIn(() => usePortalQuery("/api/total", options), ["/api/total", {}], { amount: "1" });

test("what nobody waits for is asked again by itself, unless it never changes or is fresh for longer", () => {
  expect(queried({})).toBe(10_000);
  expect(queried({ idleMilliseconds: false })).toBe(false);
  expect(queried({ idleMilliseconds: false, refreshWhile: () => true })).toBe(1000);
  expect(queried({ freshMilliseconds: 1000 })).toBe(10_000);
  expect(queried({ freshMilliseconds: 3_600_000 })).toBe(3_600_000);
  expect(queried({ freshMilliseconds: 3_600_000, idleMilliseconds: 5000 })).toBe(5000);
});

const listed = (pages: number, options: Partial<PortalListOptions<string>> = {}) =>
  asksAgainIn(
    () => usePortalList<string>("/api/payouts", { limit: 1, ...options }),
    ["/api/payouts", "list", {}, 1],
    { pages: Array.from({ length: pages }, () => ({ data: ["payout"] })), pageParams: [] },
  );

test("a list asks for its loaded pages one by one, so the less often the more they are", () => {
  expect([listed(1), listed(10)]).toEqual([10_000, 100_000]);
  expect(listed(10, { idleMilliseconds: 5000 })).toBe(5000);
  expect(listed(10, { idleMilliseconds: false })).toBe(false);
  expect(listed(10, { refreshWhile: () => true })).toBe(2000);
});

test("what the first page says decides too whether a list is asked for again", () => {
  const options = { idleMilliseconds: false } as const;
  expect(listed(3, { ...options, refreshWhile: (rows, first) => rows.length === first?.data.length })).toBe(
    false,
  );
  expect(listed(1, { ...options, refreshWhile: (_rows, first) => first?.data[0] === "payout" })).toBe(2000);
});

test("a list loads by itself until enough rows are there, and of pages that are not full no more than ten", () => {
  const pages = (count: number, rows: number) =>
    Array.from({ length: count }, () => ({ data: Array.from({ length: rows }, () => "row"), next: "on" }));
  const upTo = (loadUpTo: number) => ({ limit: 100, loadUpTo });
  expect([4, 5].map((count) => loadsByItself(pages(count, 100), upTo(500)))).toEqual([true, false]);
  expect([9, 10].map((count) => loadsByItself(pages(count, 0), upTo(500)))).toEqual([true, false]);
  expect([19, 20].map((count) => loadsByItself(pages(count, 100), upTo(2000)))).toEqual([true, false]);
  expect(loadsByItself(pages(1, 100), { limit: 100 })).toBe(false);
});

test("while nothing is waited for but the time of a run that was put off, runs are asked for when it comes", () => {
  const putOff = (seconds: number) => ({
    status: "queued" as RunStatus,
    waits_until: new Date(Date.now() + seconds * 1000).toISOString(),
  });
  const list = (...runs: readonly object[]) =>
    asksAgainIn(() => useRuns(), ["/api/runs", "list", { status: undefined, job: undefined }, 20], {
      pages: [{ data: runs }],
      pageParams: [],
    });
  const one = (run: object) => asksAgainIn(() => useRun("run_1"), ["/api/runs/run_1", {}], run);
  expect([list(putOff(60)), one(putOff(60))]).toEqual([10_000, 10_000]);
  for (const left of [list(putOff(60), putOff(4)), one(putOff(4))]) {
    expect(left).toBeLessThanOrEqual(4000);
    expect(left).toBeGreaterThan(1);
  }
  // Its time has come; one that waits for its next try has begun.
  const begun = { ...putOff(60), started_at: new Date().toISOString() };
  expect([list(putOff(-1)), list(begun), list(putOff(60), { status: "running" })]).toEqual([
    2000, 2000, 2000,
  ]);
  expect([one(putOff(-1)), one(begun)]).toEqual([1000, 1000]);
});

test("a run is asked for until it has ended", () => {
  const asked = (status: RunStatus) =>
    asksAgainIn(() => useJobRun("/api/runs/run_1"), ["/api/runs/run_1", {}], { status });
  expect([asked("running"), asked("completed"), asked("failed")]).toEqual([1000, false, false]);
});
