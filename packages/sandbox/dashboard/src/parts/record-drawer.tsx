import "@mantine/core/styles/Overlay.layer.css";
import "@mantine/core/styles/ModalBase.layer.css";
import "@mantine/core/styles/Drawer.layer.css";
import { LoadingState } from "@annex/ui";
import { Drawer } from "@mantine/core";
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
    <Drawer
      opened={opened}
      onClose={onClose}
      title={title}
      size={560}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <RecordContent reading={reading}>{children}</RecordContent>
    </Drawer>
  );
}

function RecordContent<Item>({ reading, children }: Pick<RecordDrawerProps<Item>, "reading" | "children">) {
  if (reading.data !== undefined) return children(reading.data);
  if (reading.error) return <ErrorState error={reading.error} onRetry={() => void reading.refetch()} />;
  return <LoadingState rows={9} />;
}
