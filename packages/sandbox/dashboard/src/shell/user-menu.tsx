import { lazy } from "react";
import { LateMenu } from "../parts/late-menu.tsx";
import { UserButton } from "./user-button.tsx";

const UserMenuItems = lazy(() => import("./user-menu-items.tsx"));

/** Who is logged in, the theme, and the way out. */
export function UserMenu() {
  return <LateMenu button={UserButton} menu={UserMenuItems} />;
}
