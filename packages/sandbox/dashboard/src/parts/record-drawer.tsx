import { LoadingState } from "@annex/ui";
import { Sheet } from "./dialogs.tsx";
import { ErrorState } from "./failure.tsx";

type RecordDrawerProps<Item> = {
  readonly title: string;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly reading: {
    readonly data: Item | undefined;
    readonly error: unknown;
    readonly refetch: () => unknown;
  };
  readonly children: (item: Item) => React.ReactNode;
};

/** One record beside its list. Its address is the list's with the record's id, so it can be linked to. */
export function RecordDrawer<Item>({ title, opened, onClose, reading, children }: RecordDrawerProps<Item>) {
  return (
    <Sheet opened={opened} onClose={onClose} title={title} size={560}>
      <RecordContent reading={reading}>{children}</RecordContent>
    </Sheet>
  );
}

function RecordContent<Item>({ reading, children }: Pick<RecordDrawerProps<Item>, "reading" | "children">) {
  if (reading.data !== undefined) return children(reading.data);
  if (reading.error) return <ErrorState error={reading.error} onRetry={() => void reading.refetch()} />;
  return <LoadingState rows={9} />;
}
