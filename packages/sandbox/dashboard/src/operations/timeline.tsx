/** What one click caused, in order: the call, what was sent to the app, the app's calls, what they made. */
import { Badge, formatLatency, formatMoment, HttpStatus, momentOf } from "@annex/ui";
import { Link } from "react-router";
import { useTimeline } from "../api/queries.ts";
import type { TimelineStep } from "../api/types.ts";
import { Section } from "../parts/page.tsx";
import { useInstance } from "../session/session.ts";
import { actorName } from "./actor-words.ts";

type TimelineProps = {
  readonly query: { readonly request_id: string } | { readonly delivery_id: string };
  /** The id of the call or delivery that is open. */
  readonly current: string;
};

export function TimelineOf({ query, current }: TimelineProps) {
  const timeline = useTimeline(query);
  const steps = timeline.data?.data ?? [];
  if (steps.length < 2) return null;
  const first = momentOf(timeOf(steps[0]))?.getTime() ?? 0;
  return (
    <Section title="Time line">
      <ol className="annex-timeline" aria-label="Time line">
        {steps.map((step) => (
          <Step key={idOf(step)} step={step} current={idOf(step) === current} first={first} />
        ))}
      </ol>
    </Section>
  );
}

type StepProps = { readonly step: TimelineStep; readonly current: boolean; readonly first: number };

function Step({ step, current, first }: StepProps) {
  const { instance_id } = useInstance();
  const at = momentOf(timeOf(step));
  const to =
    step.kind === "call"
      ? `/i/${instance_id}/audit/${step.call.request_id}`
      : `/i/${instance_id}/deliveries/${step.delivery.delivery_id}`;
  return (
    <li aria-current={current ? "step" : undefined}>
      <span className="annex-timeline__at annex-figures" title={at && formatMoment(at, "milliseconds")}>
        {at === undefined ? "" : `+${formatLatency(Math.max(0, at.getTime() - first))}`}
      </span>
      <div>
        <Link className="annex-link" to={to}>
          {step.kind === "call" ? (
            <span className="annex-call" translate="no">
              <strong>{step.call.method}</strong> {step.call.path}
            </span>
          ) : (
            <span>{`${deliveryWords[step.delivery.kind] ?? step.delivery.kind} ${step.delivery.app_name}`}</span>
          )}
        </Link>
        <div className="annex-timeline__facts">
          <HttpStatus status={step.kind === "call" ? step.call.status : step.delivery.status} />
          <span>{step.kind === "call" ? actorName(step.call) : "the Cloud"}</span>
          {step.kind === "call" && step.call.resource_id ? (
            <span className="annex-identifier" translate="no">
              {step.call.resource_id}
            </span>
          ) : null}
          {step.matched_by === "key_and_time" ? <Badge tone="neutral">by key and time</Badge> : null}
        </div>
      </div>
    </li>
  );
}

const deliveryWords: Readonly<Record<string, string>> = {
  install: "Install event to",
  uninstall: "Uninstall event to",
  portal: "Portal request to",
};

function idOf(step: TimelineStep): string {
  return step.kind === "call" ? step.call.request_id : step.delivery.delivery_id;
}

function timeOf(step: TimelineStep | undefined): string | undefined {
  if (step === undefined) return undefined;
  return step.kind === "call" ? step.call.time : step.delivery.sent_at;
}
