import { Button, Menu } from "@mantine/core";
import { useLocation, useNavigate } from "react-router";
import type { Instance } from "../api/types.ts";
import { StatusBadge } from "../parts/badges.tsx";
import { DoneIcon, InstancesIcon, SwitchIcon } from "../parts/icons.ts";
import { useInstance, useSession } from "../session/session.ts";

/** Which instance every page is about, with its state; the others are one press away. */
export function InstanceSwitcher() {
  const session = useSession();
  const current = useInstance();
  const navigate = useNavigate();
  const section = useLocation().pathname.split("/")[3] ?? "apps";
  return (
    <Menu position="bottom-start" width={300} shadow="lg">
      <Menu.Target>
        <Button
          variant="default"
          size="compact-md"
          className="annex-instance-button"
          rightSection={<SwitchIcon size={15} aria-hidden />}
          aria-label={`Instance: ${current.name} ${current.state}. Switch instance`}
        >
          <span className="annex-state-dot" data-tone={current.state === "running" ? "good" : "bad"} />
          <span className="annex-ellipsis">{current.name}</span>
          {current.state === "stopped" ? <span className="annex-instance-stopped"> stopped</span> : null}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Instances of {session.organization.name}</Menu.Label>
        {session.instances.map((instance) => (
          <InstanceItem
            key={instance.instance_id}
            instance={instance}
            selected={instance.instance_id === current.instance_id}
            // Records and filters belong to one instance: only the section is kept.
            onSelect={() => void navigate(`/i/${instance.instance_id}/${section}`)}
          />
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<InstancesIcon size={16} aria-hidden />}
          onClick={() => void navigate(`/i/${current.instance_id}/instances`)}
        >
          Manage instances
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function InstanceItem(props: {
  readonly instance: Instance;
  readonly selected: boolean;
  readonly onSelect: () => void;
}) {
  return (
    <Menu.Item
      onClick={props.onSelect}
      leftSection={
        <span style={{ display: "flex", opacity: props.selected ? 1 : 0 }}>
          <DoneIcon size={16} aria-hidden />
        </span>
      }
      rightSection={<StatusBadge status={props.instance.state} />}
      aria-current={props.selected ? "true" : undefined}
    >
      {props.instance.name}
    </Menu.Item>
  );
}
