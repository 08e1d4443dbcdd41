/** Install, launch, uninstall: the buttons of one app, with what they open. */
import { Button } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import type { AppView, Installation } from "../api/types.ts";
import { useLaunchPanel } from "../launch/launch-state.tsx";
import { targetOf } from "../launch/launch-target.ts";
import { DeleteIcon, InstallIcon, StartIcon } from "../parts/icons.ts";
import { BlockedButton, GuardedButton } from "../session/guarded-button.tsx";
import { accessName, useInstance, useSession } from "../session/session.ts";
import { liveInstallation } from "./app-state.tsx";

const UninstallDialog = lazy(() => import("./uninstall-dialog.tsx"));
const InstallSheet = lazy(() => import("./install-sheet.tsx"));

export function AppActions({
  app,
  withUninstall = false,
}: {
  readonly app: AppView;
  readonly withUninstall?: boolean;
}) {
  // Loaded when it is first asked for.
  const [installing, setInstalling] = useState<boolean>();
  const installation = liveInstallation(app);
  return (
    <>
      {installation === undefined ? (
        <InstallButton onClick={() => setInstalling(true)} />
      ) : (
        <>
          {withUninstall ? <UninstallButton app={app} installation={installation} /> : null}
          <LaunchButton app={app} installation={installation} />
        </>
      )}
      {/* The sheet outlives the button: it still says how the install ended. */}
      {installing === undefined ? null : (
        <Suspense fallback={null}>
          <InstallSheet app={app} opened={installing} onClose={() => setInstalling(false)} />
        </Suspense>
      )}
    </>
  );
}

export function LaunchButton({
  app,
  installation,
}: {
  readonly app: AppView;
  readonly installation: Installation;
}) {
  const launch = useLaunchPanel();
  const instance = useInstance();
  const reason = useLaunchReason(app);
  const look = { leftSection: <StartIcon size={16} aria-hidden /> };
  if (reason !== undefined) {
    return (
      <BlockedButton {...look} reason={reason}>
        Launch app
      </BlockedButton>
    );
  }
  return (
    <Button
      {...look}
      onClick={() => launch.open(targetOf(app, installation.installed_app_id, instance.name))}
    >
      Launch app
    </Button>
  );
}

/** Why this member may not launch the app, or nothing. Contract section 2 (launch access). */
function useLaunchReason(app: AppView): string | undefined {
  const session = useSession();
  const { launch_access: named, installation } = app;
  // Whether he may is the server's to say; what the list says is told here in names.
  if (named.length === 0 || installation?.launch.allowed !== false) return undefined;
  const names = named.map((entry) => accessName(session, entry)).join(", ");
  return `Only the members it names may launch ${app.name}: ${names}. Ask one of them, or whoever registered it.`;
}

function InstallButton({ onClick }: { readonly onClick: () => void }) {
  return (
    <GuardedButton right="manage-apps" leftSection={<InstallIcon size={16} aria-hidden />} onClick={onClick}>
      Install
    </GuardedButton>
  );
}

function UninstallButton({
  app,
  installation,
}: {
  readonly app: AppView;
  readonly installation: Installation;
}) {
  const [open, setOpen] = useState<boolean>();
  return (
    <>
      <GuardedButton
        right="manage-apps"
        variant="default"
        leftSection={<DeleteIcon size={16} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        Uninstall
      </GuardedButton>
      {open === undefined ? null : (
        <Suspense fallback={null}>
          <UninstallDialog
            app={app}
            installation={installation}
            opened={open}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}
