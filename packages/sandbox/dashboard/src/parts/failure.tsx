/** A failed read in words: what happened, what to do, the reference to look for in the log, and a retry. */
import { FailureState, RetryIcon } from "@annex/ui";
import { Button } from "@mantine/core";
import { Link, useParams } from "react-router";
import { ApiError } from "../api/http.ts";

const titles: Readonly<Record<string, string>> = {
  unreachable: "The local Cloud cannot be reached",
  instance_unavailable: "This instance is stopped",
  role_not_allowed: "Your role does not allow this",
  not_found: "Nothing has this id here",
};

const advice: Readonly<Record<string, string>> = {
  instance_unavailable: "Start it, then try again.",
};

/** A failure in words: the title by its code, the server's own sentence, what to do where that is known. */
export function explained(error: unknown) {
  if (!(error instanceof ApiError)) {
    return {
      code: "page_failed",
      title: "This page failed",
      whatHappened:
        "What it shows could not be put together. What you sent before may have been carried out.",
      whatToDo: "Load it again. If it happens once more, please report what you did.",
      reference: undefined,
    };
  }
  return {
    code: error.code,
    title: titles[error.code] ?? "That did not work",
    whatHappened: error.message,
    whatToDo: advice[error.code],
    reference: error.reference,
  };
}

/** One sentence or two for a place that has no room for more. */
export function failureText(error: unknown): string {
  const { whatHappened, whatToDo } = explained(error);
  return whatToDo === undefined ? whatHappened : `${whatHappened} ${whatToDo}`;
}

export function ErrorState({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { instanceId } = useParams();
  const words = explained(error);
  const startable = words.code === "instance_unavailable" && instanceId !== undefined;
  return (
    <FailureState words={words}>
      {startable && (
        <Link className="annex-link" to={`/i/${instanceId}/instances`}>
          Instances, where it is started
        </Link>
      )}
      {onRetry !== undefined && (
        <Button variant="default" leftSection={<RetryIcon size={16} aria-hidden />} onClick={onRetry}>
          Try again
        </Button>
      )}
    </FailureState>
  );
}
