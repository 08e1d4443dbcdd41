import { Notice } from "@annex/ui";
import { useApp } from "../api/queries.ts";
import { useInstance } from "../session/session.ts";
import type { LaunchTarget } from "./launch-target.ts";

/** Cloud refuses this member's launches of the app that he has open: said while he still works in it. */
export function LaunchTakenAway({ target }: { readonly target: LaunchTarget }) {
  const { instance_id } = useInstance();
  const installation = useApp(target.appId, instance_id).data?.installation;
  const isDenied =
    installation?.installed_app_id === target.installedAppId && installation.launch.reason !== null;
  if (!isDenied) return null;
  return (
    <Notice tone="warning" title="You may not launch this app any more" live>
      {installation.launch.reason} What is open goes on until its session ends. Ask an Admin to give the
      access back.
    </Notice>
  );
}
