import { Button, Group, Text } from "@mantine/core";
import { NextIcon, PreviousIcon } from "./icons.ts";

type PagerProps = {
  readonly page: number;
  readonly pageSize: number;
  readonly total: number | undefined;
  readonly onPage: (page: number) => void;
  readonly children?: React.ReactNode;
};

/** Which rows these are, of how many, and the way to the others. */
export function Pager({ page, pageSize, total, onPage, children }: PagerProps) {
  if (total === undefined || total === 0) return null;
  const first = (page - 1) * pageSize + 1;
  const last = Math.min(page * pageSize, total);
  const pages = Math.max(1, Math.ceil(total / pageSize));
  return (
    <Group
      justify="space-between"
      gap="xs"
      px="sm"
      py={8}
      style={{ borderTop: "1px solid var(--annex-line)" }}
    >
      <Text size="xs" c="dimmed" role="status" style={{ fontVariantNumeric: "tabular-nums" }}>
        {first > total
          ? "No rows on this page"
          : `${first.toLocaleString("en")}–${last.toLocaleString("en")}`}{" "}
        of {total.toLocaleString("en")}
      </Text>
      {children}
      <Group gap={6} component="nav" aria-label="Pages">
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<PreviousIcon size={14} aria-hidden />}
          disabled={page <= 1}
          onClick={() => onPage(page - 1)}
        >
          Previous
        </Button>
        <Text size="xs" c="dimmed" style={{ fontVariantNumeric: "tabular-nums" }}>
          Page {page} of {pages}
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          rightSection={<NextIcon size={14} aria-hidden />}
          disabled={page >= pages}
          onClick={() => onPage(page + 1)}
        >
          Next
        </Button>
      </Group>
    </Group>
  );
}
