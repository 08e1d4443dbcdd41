/** Where an alert comes from, and what became of it since. */
import { formatCount, Moment } from "@annex/ui";
import { Link } from "react-router";
import type { AlertView } from "../api/types.ts";
import { useInstance } from "../session/session.ts";
import { alertStatusName } from "./alert-status.ts";

type Change = AlertView["history"][number];

/** The app that raised it, as a link to it; nothing where an older Cloud did not write it down. */
export function RaisedBy({ alert }: { readonly alert: AlertView }) {
  const [first] = alert.history;
  if (first === undefined || !first.changed.includes("flagged")) return null;
  return (
    <span>
      Raised by <Who by={first.by} />
    </span>
  );
}

/** Every step after the flagging, folded away until somebody asks. */
export function AlertHistory({ alert }: { readonly alert: AlertView }) {
  const steps = alert.history.filter(({ changed }) => !changed.includes("flagged"));
  if (steps.length === 0) return null;
  return (
    <details className="annex-alert-history">
      <summary>{steps.length === 1 ? "1 change" : `${formatCount(steps.length)} changes`}</summary>
      <ol>
        {steps.map((step) => (
          <li key={`${step.changed_at} ${step.status} ${step.changed}`}>
            <Who by={step.by} /> {whatChanged(step)} ·{" "}
            <Moment at={step.changed_at} exact resolution="seconds" />
          </li>
        ))}
      </ol>
    </details>
  );
}

function Who({ by }: { readonly by: Change["by"] }) {
  const { instance_id } = useInstance();
  if (by.app_id === undefined) return by.user_name ?? by.user_id ?? "Somebody";
  return (
    <Link className="annex-link" to={`/i/${instance_id}/apps/${by.app_id}`}>
      {by.app_name ?? by.app_id}
    </Link>
  );
}

function whatChanged({ changed, status }: Change): string {
  const fields = changed.filter((field) => field !== "status");
  return [
    ...(changed.includes("status") ? [`set it to ${alertStatusName(status)}`] : []),
    ...(fields.length === 0 ? [] : [`wrote its ${fields.join(" and ")} anew`]),
  ].join(" and ");
}
