import { Button, type ButtonProps } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { Right } from "../api/types.ts";
import { useRight } from "./session.ts";

const Reason = lazy(() => import("./reason.tsx"));

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
    <BlockedButton {...others} reason={reason}>
      {children}
    </BlockedButton>
  );
}

/** A button that does nothing, and why. */
export function BlockedButton({
  reason,
  children,
  ...others
}: ButtonProps & { readonly reason: string; readonly children: React.ReactNode }) {
  const button = (
    <Button {...others} data-disabled aria-disabled onClick={(event) => event.preventDefault()}>
      {children}
    </Button>
  );
  return (
    <Suspense fallback={button}>
      <Reason text={reason}>{button}</Reason>
    </Suspense>
  );
}
