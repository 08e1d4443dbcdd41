import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/Menu.layer.css";
import "@mantine/core/styles/Divider.layer.css";
import { Menu, Text, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useLogOut } from "../api/queries.ts";
import { DarkIcon, LightIcon, LogOutIcon, SystemIcon } from "../parts/icons.ts";
import { useSession } from "../session/session.ts";
import { UserButton } from "./user-button.tsx";

/** Who is logged in, the theme, and the way out; opens as soon as it is there. */
export default function UserMenuItems() {
  const { user, organization } = useSession();
  const logOut = useLogOut();
  return (
    <Menu defaultOpened position="bottom-end" width={250} shadow="lg">
      <Menu.Target>
        <UserButton />
      </Menu.Target>
      <Menu.Dropdown>
        <div className="annex-menu-header">
          <Text fw={600} size="sm">
            {user.name}
          </Text>
          <Text size="xs" c="dimmed">
            {user.email}
          </Text>
          <Text size="xs" c="dimmed">
            {user.role} · {organization.name}
          </Text>
        </div>
        <Menu.Divider />
        <ThemeItems />
        <Menu.Divider />
        <Menu.Item leftSection={<LogOutIcon size={16} aria-hidden />} onClick={() => logOut.mutate()}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function ThemeItems() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const shown = useComputedColorScheme("dark");
  const next = shown === "dark" ? "light" : "dark";
  const Icon = next === "dark" ? DarkIcon : LightIcon;
  return (
    <>
      <Menu.Item
        closeMenuOnClick={false}
        leftSection={<Icon size={16} aria-hidden />}
        onClick={() => setColorScheme(next)}
      >
        Use {next} theme
      </Menu.Item>
      {colorScheme === "auto" ? null : (
        <Menu.Item
          closeMenuOnClick={false}
          leftSection={<SystemIcon size={16} aria-hidden />}
          onClick={() => setColorScheme("auto")}
        >
          Follow the system's theme
        </Menu.Item>
      )}
    </>
  );
}
