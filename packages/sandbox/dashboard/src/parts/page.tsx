import { Group, Text, Title } from "@mantine/core";
import { useEffect } from "react";

/** Sets the title of the document: "Transactions · Annex Cloud". */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Annex Cloud`;
  }, [title]);
}

type PageHeaderProps = {
  readonly title: string;
  /** Title of the document where it says more than the heading. */
  readonly documentTitle?: string;
  readonly children?: React.ReactNode;
  readonly actions?: React.ReactNode;
};

/** The heading of a page with one sentence about it and its actions. */
export function PageHeader({ title, documentTitle, children, actions }: PageHeaderProps) {
  useDocumentTitle(documentTitle ?? title);
  return (
    <header className="annex-page-header">
      <div>
        <Title order={1}>{title}</Title>
        {children === undefined ? null : (
          <Text component="div" c="dimmed" size="sm" mt={2}>
            {children}
          </Text>
        )}
      </div>
      {actions === undefined ? null : <Group gap="xs">{actions}</Group>}
    </header>
  );
}

/** A titled part of a page or drawer. */
export function Section({
  title,
  actions,
  children,
}: {
  readonly title: string;
  readonly actions?: React.ReactNode;
  readonly children: React.ReactNode;
}) {
  return (
    <section>
      <Group justify="space-between" mb={6} mt="lg" gap="xs">
        <Title order={2}>{title}</Title>
        {actions}
      </Group>
      {children}
    </section>
  );
}
