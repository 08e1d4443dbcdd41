import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider, QueryObserver } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Page } from "../layout/Page.tsx";
import { errorFromAnswer } from "../refusals/portal-error.ts";
import { refreshesIn } from "./use-portal-query.ts";

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

test("what nobody waits for is asked again by itself, unless it never changes", () => {
  expect(refreshesIn({ isAwaited: false, awaited: 1000, idle: undefined })).toBe(10_000);
  expect(refreshesIn({ isAwaited: false, awaited: 1000, idle: false })).toBe(false);
  expect(refreshesIn({ isAwaited: true, awaited: 1000, idle: false })).toBe(1000);
});
