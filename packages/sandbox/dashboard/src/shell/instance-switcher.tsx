import { lazy } from "react";
import { LateMenu } from "../parts/late-menu.tsx";
import { InstanceButton } from "./instance-button.tsx";

const InstanceMenu = lazy(() => import("./instance-menu.tsx"));

/** Which instance every page is about, with its state; the others are one press away. */
export function InstanceSwitcher() {
  return <LateMenu button={InstanceButton} menu={InstanceMenu} />;
}
