/** What a card shows when it has no rows to show: empty, failed, not allowed. */
import { Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import { ApiError } from "../api/http.ts";
import { BrokenIcon, EmptyIcon, ForbiddenIcon, RetryIcon, SearchIcon } from "./icons.ts";

type StateProps = {
  readonly title: string;
  readonly children?: React.ReactNode;
  readonly action?: React.ReactNode;
  /** Level of its heading: 1 where the state is the whole page. */
  readonly order?: 1 | 2;
};

function State({
  icon,
  title,
  children,
  action,
  order = 2,
  alert,
}: StateProps & { icon: React.ReactNode; alert?: boolean }) {
  return (
    <div className="annex-state" {...(alert ? { role: "alert" } : {})}>
      {icon}
      <Title order={order}>{title}</Title>
      {children === undefined ? null : (
        <Text component="div" c="dimmed" size="sm" maw={480}>
          {children}
        </Text>
      )}
      {action}
    </div>
  );
}

export function EmptyState(props: StateProps) {
  return <State {...props} icon={<EmptyIcon size={28} aria-hidden />} />;
}

export function NothingFound(props: StateProps) {
  return <State {...props} icon={<SearchIcon size={28} aria-hidden />} />;
}

export function NoPermission(props: StateProps) {
  return <State {...props} icon={<ForbiddenIcon size={28} aria-hidden />} />;
}

/** A failed read: what happened, what to do, the reference to look for in the log, and a retry. */
export function ErrorState({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { title, text, reference } = explained(error);
  return (
    <State
      icon={<BrokenIcon size={28} aria-hidden />}
      title={title}
      alert
      action={
        onRetry === undefined ? null : (
          <Button variant="default" leftSection={<RetryIcon size={16} aria-hidden />} onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      {text}
      {reference === undefined ? null : (
        <>
          {" "}
          Reference <span className="annex-identifier">{reference}</span>.
        </>
      )}
    </State>
  );
}

const titles: Readonly<Record<string, string>> = {
  unreachable: "The local Cloud cannot be reached",
  instance_unavailable: "This instance is stopped",
  role_not_allowed: "Your role does not allow this",
  not_found: "Nothing has this id here",
};

/** A failure in words: the title by its code, the server's own sentence below. */
export function explained(error: unknown): { title: string; text: string; reference: string | undefined } {
  if (!(error instanceof ApiError)) {
    return {
      title: "This page failed",
      text: "Load it again. If it happens once more, please report what you did.",
      reference: undefined,
    };
  }
  const advice = error.code === "instance_unavailable" ? " Start it under Instances, then try again." : "";
  return {
    title: titles[error.code] ?? "That did not work",
    text: `${error.message}${advice}`,
    reference: error.reference,
  };
}

const skeletonWidths = ["92%", "75%", "84%", "67%", "88%", "71%", "80%", "63%", "90%"] as const;

export function LoadingRows({ rows = 6 }: { readonly rows?: number }) {
  return (
    <Stack gap="sm" p="md" role="status" aria-label="Loading">
      {skeletonWidths.slice(0, rows).map((width) => (
        <Skeleton key={width} height={18} radius="sm" width={width} />
      ))}
    </Stack>
  );
}
