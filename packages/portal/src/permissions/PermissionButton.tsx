import type { Scope } from "@annex/protocol";
import { Button, type ButtonProps } from "@mantine/core";
import { useId } from "react";
import { usePortal } from "../provider/portal-context.ts";
import { missingPermissions, missingReason } from "./permissions.ts";

/** What a `PermissionButton` takes besides the look of a button. */
export interface PermissionButtonProps extends Omit<ButtonProps, "disabled"> {
  /** Permissions the action needs. */
  readonly needs: readonly Scope[];
  /** Why it cannot be pressed now for another reason; ready to be shown. */
  readonly blocked?: string | undefined;
  readonly onPress: () => void;
}

/**
 * A button that, when it may not be pressed, stays reachable by keyboard and says why: the reason stands under it
 * and is its description for a screen reader.
 *
 * @example
 * <PermissionButton needs={["data:write"]} onPress={() => start.mutate()}>Sync now</PermissionButton>
 */
export function PermissionButton({ needs, blocked, onPress, children, ...look }: PermissionButtonProps) {
  const { session } = usePortal();
  const reasonId = useId();
  const reason = missingReason(missingPermissions(needs, session.permissions)) ?? blocked;
  if (reason === undefined) {
    return (
      <Button {...look} onClick={onPress}>
        {children}
      </Button>
    );
  }
  return (
    <div className="annex-blocked">
      <Button {...look} data-disabled aria-disabled="true" aria-describedby={reasonId}>
        {children}
      </Button>
      <p id={reasonId} className="annex-blocked__reason">
        {reason}
      </p>
    </div>
  );
}
