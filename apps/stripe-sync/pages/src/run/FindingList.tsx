import { CopyableId, countOf, Notice } from "@annex/portal";
import type { FindingJson } from "../../../src/portal-types.ts";

/** So many are in sight at once; the others open on demand. */
const SHOWN = 3;

/** What a person should look at, each with what to do about it. */
export function FindingList({ findings }: { readonly findings: readonly FindingJson[] }) {
  if (findings.length === 0) return null;
  const others = findings.slice(SHOWN);
  return (
    <Notice tone="warning" title={`${countOf(findings.length, "finding")} to look at`}>
      <Findings findings={findings.slice(0, SHOWN)} />
      {others.length > 0 && (
        <details>
          <summary className="stripe-more">Show {countOf(others.length, "more finding")}</summary>
          <Findings findings={others} />
        </details>
      )}
    </Notice>
  );
}

function Findings({ findings }: { readonly findings: readonly FindingJson[] }) {
  return (
    <ul className="stripe-findings">
      {findings.map((finding) => (
        <li key={`${finding.code} ${finding.object_id ?? finding.error}`}>
          <Finding finding={finding} />
        </li>
      ))}
    </ul>
  );
}

/** One finding: what is odd, and what to do. */
export function Finding({ finding }: { readonly finding: FindingJson }) {
  return (
    <>
      {finding.object_id !== undefined && <CopyableId id={finding.object_id} label="Stripe id" />}{" "}
      {finding.error} <span className="stripe-dim">{finding.next}</span>
    </>
  );
}
