/** Asks once before something is done that others feel: what it means, and what became of it where it failed. */
import { Notice } from "@annex/ui";
import { Button, Group, Stack } from "@mantine/core";
import { Dialog } from "./dialogs.tsx";
import { failureText } from "./failure.tsx";

type ConfirmationProps = {
  readonly title: string;
  readonly opened: boolean;
  readonly onClose: () => void;
  /** What is confirmed, as far as it has come. */
  readonly doing: {
    readonly isPending: boolean;
    readonly error: Error | null;
    readonly reset: () => void;
  };
  readonly onConfirm: () => void;
  /** What the button that does it says. */
  readonly action: string;
  /** Whether something ends by it. */
  readonly harmful?: boolean;
  /** Whether all is said that it needs. */
  readonly ready?: boolean;
  /** A failure's title, or all there is to say of it. */
  readonly failed: string | ((error: Error) => React.ReactNode);
  readonly children: React.ReactNode;
};

export function Confirmation(props: ConfirmationProps) {
  const { title, opened, onClose, doing, onConfirm, action, harmful = false, ready = true } = props;
  const close = () => {
    if (doing.isPending) return;
    doing.reset();
    onClose();
  };
  return (
    <Dialog opened={opened} onClose={close} title={title}>
      <Stack gap="md">
        {doing.error === null ? null : <Failed error={doing.error} failed={props.failed} />}
        {props.children}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close} disabled={doing.isPending} data-autofocus>
            {doing.error === null ? "Cancel" : "Close"}
          </Button>
          <Button
            {...(harmful ? { color: "red.9" } : {})}
            onClick={onConfirm}
            loading={doing.isPending}
            disabled={!ready}
          >
            {doing.error === null ? action : "Try again"}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function Failed({ error, failed }: { readonly error: Error; readonly failed: ConfirmationProps["failed"] }) {
  if (typeof failed === "function") return failed(error);
  return (
    <Notice tone="danger" title={failed} live>
      {failureText(error)}
    </Notice>
  );
}
