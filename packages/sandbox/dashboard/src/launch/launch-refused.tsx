import { Notice, RetryIcon } from "@annex/ui";
import { Button, Stack, Title } from "@mantine/core";
import { ApiError, detailOf } from "../api/http.ts";
import { Facts } from "../parts/facts.tsx";
import { failureText } from "../parts/failure.tsx";

type LaunchRefusedProps = {
  readonly appName: string;
  readonly error: unknown;
  readonly onAgain: () => void;
};

/** No page to show: who refused, what it said, what to do. */
export function LaunchRefused({ appName, error, onAgain }: LaunchRefusedProps) {
  const { title, text, next } = refusal(error, appName);
  return (
    <div className="annex-panel-form" role="alert">
      <Stack gap="md">
        <Title order={2}>{title}</Title>
        <Notice tone="danger">{text}</Notice>
        {error instanceof ApiError ? <RefusalFacts error={error} /> : null}
        <p>{next}</p>
        <Button
          variant="default"
          leftSection={<RetryIcon size={16} aria-hidden />}
          onClick={onAgain}
          style={{ alignSelf: "flex-start" }}
        >
          Launch again
        </Button>
      </Stack>
    </div>
  );
}

function RefusalFacts({ error }: { readonly error: ApiError }) {
  return (
    <Facts
      facts={{
        "The app's status": detailOf(error, "app_status"),
        "The app's answer": detailOf(error, "app_error"),
        Reference: error.reference,
      }}
    />
  );
}

function refusal(error: unknown, appName: string): { title: string; text: string; next: string } {
  const code = error instanceof ApiError ? error.code : "unknown";
  const text = failureText(error);
  if (code === "launch_access") {
    return {
      title: "You may not launch this app",
      text,
      next: `Ask whoever registered ${appName}, or an Admin, to let you; then launch again.`,
    };
  }
  if (code === "launch_failed") {
    return {
      title: "The app gave no page",
      text,
      next: "Look into the app's log and the delivery log, which has the whole answer; then launch again.",
    };
  }
  return { title: "The app was not launched", text, next: "Launch again in a moment." };
}
