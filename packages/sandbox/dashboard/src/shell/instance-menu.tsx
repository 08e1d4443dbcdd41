import { DoneIcon } from "@annex/ui";
import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/Menu.layer.css";
import { Menu } from "@mantine/core";
import { useLocation, useNavigate } from "react-router";
import type { Instance } from "../api/types.ts";
import { InstancesIcon } from "../parts/icons.ts";
import { StatusBadge } from "../parts/status-badge.tsx";
import { useInstance, useSession } from "../session/session.ts";
import { InstanceButton } from "./instance-button.tsx";

/** The instances to choose from; opens as soon as it is there. */
export default function InstanceMenu() {
  const session = useSession();
  const current = useInstance();
  const navigate = useNavigate();
  const section = useLocation().pathname.split("/")[3] ?? "apps";
  return (
    <Menu defaultOpened position="bottom-start" width={300} shadow="lg">
      <Menu.Target>
        <InstanceButton />
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
