import { CopyableId, countOf, Notice } from "@annex/portal";
import type { FindingJson } from "../../../src/portal-types.ts";
import { type FindingGroup, groupFindings } from "../words/finding-groups.ts";

/** So many objects of a group are in sight at once; the others open on demand. */
const SHOWN = 4;

/** What a person should look at, each with what to do about it. */
export function FindingList({ findings }: { readonly findings: readonly FindingJson[] }) {
  if (findings.length === 0) return null;
  return (
    <Notice tone="warning" title={`${countOf(findings.length, "finding")} to look at`}>
      <ul className="stripe-findings">
        {groupFindings(findings).map((group) => (
          <li key={`${group.error} ${group.next}`}>
            <Finding finding={group} />
            <ObjectIds group={group} />
          </li>
        ))}
      </ul>
    </Notice>
  );
}

/** One finding: what is odd, and what to do. */
export function Finding({ finding }: { readonly finding: Pick<FindingJson, "error" | "next"> }) {
  return (
    <p>
      {finding.error} <span className="stripe-dim">{finding.next}</span>
    </p>
  );
}

function ObjectIds({ group: { objectIds } }: { readonly group: FindingGroup }) {
  const others = objectIds.slice(SHOWN);
  return (
    <>
      <IdLine ids={objectIds.slice(0, SHOWN)} />
      {others.length > 0 && (
        <details>
          <summary className="stripe-more">Show {countOf(others.length, "more object")}</summary>
          <IdLine ids={others} />
        </details>
      )}
    </>
  );
}

function IdLine({ ids }: { readonly ids: readonly string[] }) {
  return (
    <div className="stripe-ids">
      {ids.map((id) => (
        <CopyableId key={id} id={id} label="Stripe id" />
      ))}
    </div>
  );
}
