import { CopyableId, countOf, formatCount, Notice } from "@annex/ui";
import type { ReactNode } from "react";
import { type FindingGroup, type FindingItem, groupFindings } from "./groups.ts";

/** So much of a group is in sight at once; the rest opens on demand. */
const SHOWN = 4;
/** So many of them are: what stands below is not to be out of reach. */
const SHOWN_GROUPS = 5;

/** What a `FindingList` takes. */
export interface FindingListProps<Finding extends FindingItem> {
  readonly findings: readonly Finding[];
  /** How many there are, where only some of them are given; how to see the others belongs to `actions`. */
  readonly all?: number;
  /** What the id of an object is, for its copy button; "object" unless told. */
  readonly idLabel?: string;
  /** What stands behind each id, such as a link to the dashboard. */
  readonly link?: (finding: Finding) => ReactNode;
  /** Beside the title, such as the way to the page they are worked through on. */
  readonly actions?: ReactNode;
}

/**
 * What a person should look at, each with what to do about it; nothing when there is nothing.
 *
 * @example
 * <FindingList findings={run.finding_list} idLabel="Stripe id" />
 */
export function FindingList<Finding extends FindingItem>(props: FindingListProps<Finding>) {
  const { findings } = props;
  const all = Math.max(props.all ?? 0, findings.length);
  if (findings.length === 0) return null;
  const groups = groupFindings(findings);
  const others = groups.slice(SHOWN_GROUPS);
  const othersCount = others.reduce((sum, group) => sum + group.findings.length, 0);
  return (
    <Notice tone="warning" title={`${countOf(all, "finding")} to look at`} actions={props.actions}>
      <Groups {...props} groups={groups.slice(0, SHOWN_GROUPS)} />
      {others.length > 0 && (
        <details>
          <summary className="annex-more">Show {countOf(othersCount, "more finding")}</summary>
          <Groups {...props} groups={others} />
        </details>
      )}
      {all > findings.length && (
        <p className="annex-dim">The first {formatCount(findings.length)} of them stand here.</p>
      )}
    </Notice>
  );
}

function Groups<Finding extends FindingItem>({
  groups,
  ...props
}: FindingListProps<Finding> & { readonly groups: readonly FindingGroup<Finding>[] }) {
  return (
    <ul className="annex-findings">
      {groups.map((group) => (
        <li key={`${group.error} ${group.next}`}>
          <FindingWords finding={group} />
          <Objects group={group} {...props} />
        </li>
      ))}
    </ul>
  );
}

/**
 * What is odd, and what to do.
 *
 * @example
 * ```tsx
 * <FindingWords finding={finding} />
 * ```
 */
export function FindingWords({ finding }: { readonly finding: Pick<FindingItem, "error" | "next"> }) {
  return (
    <p>
      {finding.error} <span className="annex-dim">{finding.next}</span>
    </p>
  );
}

function Objects<Finding extends FindingItem>({
  group,
  ...props
}: FindingListProps<Finding> & { readonly group: FindingGroup<Finding> }) {
  const named = group.findings.filter(({ object_id }) => object_id !== undefined);
  const others = named.slice(SHOWN);
  return (
    <>
      <IdLine {...props} findings={named.slice(0, SHOWN)} />
      {others.length > 0 && (
        <details>
          <summary className="annex-more">Show {countOf(others.length, "more object")}</summary>
          <IdLine {...props} findings={others} />
        </details>
      )}
    </>
  );
}

function IdLine<Finding extends FindingItem>({
  findings,
  idLabel = "object",
  link,
}: FindingListProps<Finding>) {
  if (findings.length === 0) return null;
  return (
    <div className="annex-ids">
      {findings.map((finding) => (
        <span key={finding.object_id}>
          <CopyableId id={finding.object_id ?? ""} label={idLabel} />
          {link?.(finding)}
        </span>
      ))}
    </div>
  );
}
