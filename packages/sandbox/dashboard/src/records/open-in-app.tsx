import type { DashboardRecord } from "@annex/protocol/words";
import { Button } from "@mantine/core";
import { useApps } from "../api/queries.ts";
import type { AppView, Metadata } from "../api/types.ts";
import { liveInstallation } from "../apps/app-state.tsx";
import { useLaunchPanel } from "../launch/launch-state.tsx";
import { targetOf } from "../launch/launch-target.ts";
import { useInstance } from "../session/session.ts";
import { keptBy } from "./kept-by.ts";

type OpenInAppProps = {
  readonly record: DashboardRecord;
  readonly metadata: Metadata;
  /** Makes room for the app. */
  readonly onOpen: () => void;
};

/** The way from a record to what the apps that keep something in its metadata know of it. */
export function OpenInApp({ record, metadata, onOpen }: OpenInAppProps) {
  const { instance_id } = useInstance();
  const apps = useApps(instance_id);
  const keeping = (apps.data?.data ?? []).filter((app) => mayOpen(app) && keptBy(app.name, metadata));
  if (keeping.length === 0) return null;
  return (
    <div className="annex-record-actions">
      {keeping.map((app) => (
        <OpenButton key={app.app_id} app={app} record={record} onOpen={onOpen} />
      ))}
    </div>
  );
}

function mayOpen(app: AppView): boolean {
  return liveInstallation(app) !== undefined && app.installation?.launch.allowed === true;
}

function OpenButton(props: Pick<OpenInAppProps, "record" | "onOpen"> & { readonly app: AppView }) {
  const { app, record, onOpen } = props;
  const instance = useInstance();
  const launch = useLaunchPanel();
  const installation = liveInstallation(app);
  if (installation === undefined) return null;
  const open = () => {
    onOpen();
    launch.open(targetOf(app, installation.installed_app_id, instance.name), record);
  };
  return (
    <Button variant="default" size="xs" onClick={open}>
      Open in {app.name}
    </Button>
  );
}
