import { describeErrorState } from "@annex/protocol";
import {
  ExpiredIcon,
  FailureState,
  FaultIcon,
  ForbiddenIcon,
  type Icon,
  RefusedUserIcon,
  RetryIcon,
  RevokedKeyIcon,
  StoppedInstanceIcon,
  UninstalledIcon,
  UnreachableIcon,
  WaitingIcon,
  WarningIcon,
} from "@annex/ui";
import { Button } from "@mantine/core";
import { useContext } from "react";
import { asPortalError, type PortalErrorDetails } from "../refusals/portal-error.ts";
import { remedyFor } from "../refusals/remedies.ts";
import { RemedySteps } from "./RemedySteps.tsx";
import { SessionEndedContext } from "./session-ended.ts";
import { useCountdown } from "./use-countdown.ts";

const SIGNS: Readonly<Record<string, Icon>> = {
  missing_permission: ForbiddenIcon,
  instance_unavailable: StoppedInstanceIcon,
  app_uninstalled: UninstalledIcon,
  session_expired: ExpiredIcon,
  session_unknown: ExpiredIcon,
  provider_unreachable: UnreachableIcon,
  key_revoked: RevokedKeyIcon,
  provider_refused_key: RevokedKeyIcon,
  suspended: RevokedKeyIcon,
  user_not_allowed: RefusedUserIcon,
  rate_limited: WaitingIcon,
  provider_rate_limited: WaitingIcon,
  app_unreachable: UnreachableIcon,
};

/** What an `ErrorState` takes. */
export interface ErrorStateProps {
  /** What was thrown; a `PortalError` is shown in its own words. */
  readonly error: unknown;
  /** Tries again; without it no button is offered. */
  readonly onRetry?: (() => void) | undefined;
  /** What the button is called; "Try again" unless told. */
  readonly retryLabel?: string;
  /** Whether it is being tried again now. */
  readonly retrying?: boolean;
  /** `page` fills the frame; `part` stands for one part of a page that goes on working. */
  readonly size?: "page" | "part";
}

/**
 * An error a person can act on: what happened, what to do next, the right button, and the reference to give to
 * the developer. Contract section 10.
 *
 * @example
 * if (query.isError) return <ErrorState error={query.error} onRetry={query.refetch} />;
 */
export function ErrorState(props: ErrorStateProps) {
  const { error, onRetry, retryLabel = "Try again", retrying = false, size = "part" } = props;
  const { details } = asPortalError(error);
  // Both of what was asked for and of what was to be done: an action, such as a secret to be kept, was not carried out.
  if (useContext(SessionEndedContext) && remedyFor(details).endsPage)
    return <p className="annex-dim">This was refused: nothing on this page is answered any more.</p>;
  return (
    <FailureState
      words={onRetry === undefined ? details : besideCountdown(details)}
      sign={signOf(details)}
      size={size}
    >
      <RemedySteps steps={remedyFor(details).steps} />
      <RetryButton details={details} label={retryLabel} onRetry={onRetry} retrying={retrying} />
    </FailureState>
  );
}

/** The button counts: a number of seconds in words beside it would stand still. */
function besideCountdown(details: PortalErrorDetails): PortalErrorDetails {
  const { retryAfterSeconds, whatToDo } = details;
  if (retryAfterSeconds === undefined || remedyFor(details).kind !== "wait") return details;
  const standsStill = describeErrorState("rate_limited", { retryAfterSeconds }).whatToDo;
  return whatToDo === standsStill ? { ...details, whatToDo: "Try again once the button is free." } : details;
}

/** A refusal of what was asked is no fault of the app's, and does not look like one. */
function signOf(details: PortalErrorDetails): Icon {
  return SIGNS[details.code] ?? (remedyFor(details).kind === "change" ? WarningIcon : FaultIcon);
}

function RetryButton(props: {
  readonly details: PortalErrorDetails;
  readonly label: string;
  readonly onRetry: (() => void) | undefined;
  readonly retrying: boolean;
}) {
  const { kind, waitSeconds } = remedyFor(props.details);
  const left = useCountdown(waitSeconds, props.details);
  if (props.onRetry === undefined || (kind !== "retry" && kind !== "wait")) return null;
  const waiting = left > 0;
  return (
    <Button
      className="annex-error__retry"
      variant="default"
      leftSection={<RetryIcon aria-hidden="true" size={16} />}
      loading={props.retrying}
      {...(waiting ? { "data-disabled": true, "aria-disabled": true } : { onClick: props.onRetry })}
    >
      {waiting ? `Try again in ${left} s` : props.label}
    </Button>
  );
}
