import { Button } from "@mantine/core";
import { SwitchIcon } from "../parts/icons.ts";
import type { MenuButtonProps } from "../parts/late-menu.tsx";
import { useInstance } from "../session/session.ts";

/** The selected instance with its state, as the button that opens the others. */
export function InstanceButton(props: MenuButtonProps) {
  const current = useInstance();
  return (
    <Button
      {...props}
      variant="default"
      size="compact-md"
      className="annex-instance-button"
      rightSection={<SwitchIcon size={15} aria-hidden />}
      aria-label={`Instance: ${current.name} ${current.state}. Switch instance`}
    >
      <span className="annex-state-dot" data-tone={current.state === "running" ? "success" : "danger"} />
      <span className="annex-ellipsis">{current.name}</span>{" "}
      {current.state === "stopped" ? <span className="annex-instance-stopped">stopped</span> : null}
    </Button>
  );
}
