import { FindingList, RunPage as KitRunPage, PortalLink } from "@annex/portal";
import type { AboutRunPageJson } from "../../../src/portal-types.ts";
import { BooksOf } from "../books/queries.ts";
import { FindingLinks } from "../findings/FindingLinks.tsx";
import { KeyLink } from "../settings/KeyLink.tsx";
import { countsSentence, daysSentence } from "../words/run-words.ts";
import { phasesOf } from "./phases.ts";
import { RunObjects } from "./RunObjects.tsx";
import { RunTotals } from "./RunTotals.tsx";

/** One run: how it went, what to look at, and every object of it. */
export function RunPage({ runId }: { readonly runId: string }) {
  return (
    <KitRunPage<AboutRunPageJson>
      runId={runId}
      phases={phasesOf}
      wayOut={(failure) => <KeyLink failure={failure} />}
      summary={(run) => (
        <p>
          {daysSentence(run)} {countsSentence(run.counts)}
        </p>
      )}
    >
      {(run) => (
        <BooksOf value={run.books}>
          <FindingList
            findings={run.finding_list}
            all={run.finding_count}
            idLabel="Stripe id"
            link={(finding) => <FindingLinks finding={finding} />}
            actions={<PortalLink to="/findings">All findings</PortalLink>}
          />
          <RunTotals currencies={run.currencies} />
          <RunObjects run={run} />
        </BooksOf>
      )}
    </KitRunPage>
  );
}
