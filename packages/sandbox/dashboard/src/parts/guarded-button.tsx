import { Button, type ButtonProps, Tooltip } from "@mantine/core";
import { type Right, useRight } from "../session/session.ts";

type GuardedButtonProps = ButtonProps & {
  readonly right: Right;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
  readonly "aria-label"?: string;
};

/**
 * A button for members with a right. For the others it does nothing and says
 * why; it is not `disabled`, so that the reason can be reached by keyboard.
 */
export function GuardedButton({ right, onClick, children, ...others }: GuardedButtonProps) {
  const { allowed, reason } = useRight(right);
  if (allowed) {
    return (
      <Button {...others} onClick={onClick}>
        {children}
      </Button>
    );
  }
  return (
    <Tooltip label={reason} multiline maw={280}>
      <Button {...others} data-disabled aria-disabled onClick={(event) => event.preventDefault()}>
        {children}
      </Button>
    </Tooltip>
  );
}
