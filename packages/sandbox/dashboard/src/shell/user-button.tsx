import { UnstyledButton } from "@mantine/core";
import type { MenuButtonProps } from "../parts/late-menu.tsx";
import { useSession } from "../session/session.ts";

/** The member's initials, as the button that opens his menu. */
export function UserButton(props: MenuButtonProps) {
  const { user } = useSession();
  return (
    <UnstyledButton {...props} aria-label={`User menu of ${user.name}`} className="annex-user-button">
      <span className="annex-initials" data-initials={initials(user.name)} />
    </UnstyledButton>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  return `${words[0]?.[0] ?? ""}${words.length > 1 ? (words.at(-1)?.[0] ?? "") : ""}`.toUpperCase();
}
