/** The frame of every page behind the log-in: top bar, navigation, the page, and the launched app at the right. */
import { ActionIcon, Loader, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { Suspense, useEffect, useState } from "react";
import { Navigate, Outlet, useLocation, useParams } from "react-router";
import { LaunchPanel } from "../launch/launch-panel.tsx";
import { LaunchProvider, useLaunchPanel } from "../launch/launch-state.tsx";
import { Badge } from "../parts/badges.tsx";
import { CloseIcon, DarkIcon, LightIcon, MenuIcon } from "../parts/icons.ts";
import { NothingFound } from "../parts/states.tsx";
import { rememberedInstance, rememberInstance, useSession } from "../session/session.ts";
import { InstanceSwitcher } from "./instance-switcher.tsx";
import { Mark } from "./mark.tsx";
import { Navigation } from "./navigation.tsx";
import { UserMenu } from "./user-menu.tsx";
import "./shell.css";

/** `/` opens the instance last looked at. */
export function OpenInstance() {
  const { instances } = useSession();
  const remembered = instances.find((instance) => instance.instance_id === rememberedInstance());
  const instance = remembered ?? instances[0];
  if (instance === undefined) {
    return (
      <NothingFound title="This organization has no instance">Create one, then load this page.</NothingFound>
    );
  }
  return <Navigate to={`/i/${instance.instance_id}/apps`} replace />;
}

export function Shell() {
  const { instanceId } = useParams();
  const { instances } = useSession();
  const known = instances.some((instance) => instance.instance_id === instanceId);
  useEffect(() => {
    if (known && instanceId !== undefined) rememberInstance(instanceId);
  }, [known, instanceId]);
  if (!known || instanceId === undefined) return <UnknownInstance />;
  // Another instance is another set of installations: the launched app of the first one is closed.
  return (
    <LaunchProvider key={instanceId}>
      <Frame />
    </LaunchProvider>
  );
}

function UnknownInstance() {
  return (
    <main style={{ paddingTop: "20vh" }}>
      <NothingFound
        order={1}
        title="No such instance in your organization"
        action={
          <a className="annex-link" href="/">
            Open the dashboard
          </a>
        }
      >
        The address names an instance that does not exist, or that another organization owns.
      </NothingFound>
    </main>
  );
}

function Frame() {
  const [navigationOpen, setNavigationOpen] = useState(false);
  const { pathname } = useLocation();
  const launch = useLaunchPanel();
  const covered = launch.target !== undefined && launch.size === "full";
  return (
    <div
      className="annex-shell"
      data-docked={launch.target !== undefined && launch.size === "docked" ? true : undefined}
    >
      <a className="annex-skip" href="#content">
        Skip to content
      </a>
      <header className="annex-top-bar" inert={covered}>
        <ActionIcon
          className="annex-burger"
          variant="subtle"
          color="gray"
          size="lg"
          onClick={() => setNavigationOpen(!navigationOpen)}
          aria-expanded={navigationOpen}
          aria-label={navigationOpen ? "Close navigation" : "Open navigation"}
        >
          {navigationOpen ? <CloseIcon size={20} aria-hidden /> : <MenuIcon size={20} aria-hidden />}
        </ActionIcon>
        <Brand />
        <InstanceSwitcher />
        <div className="annex-spacer" />
        <DevelopmentBadge />
        <ThemeButton />
        <UserMenu />
      </header>
      <div className="annex-side" data-open={navigationOpen ? true : undefined} inert={covered}>
        <Navigation onNavigate={() => setNavigationOpen(false)} />
      </div>
      {navigationOpen ? (
        <button
          type="button"
          className="annex-side-backdrop"
          aria-label="Close navigation"
          onClick={() => setNavigationOpen(false)}
        />
      ) : null}
      <main id="content" tabIndex={-1} inert={covered}>
        <Suspense key={pathname.split("/")[3]} fallback={<Loader m="xl" aria-label="Loading" />}>
          <Outlet />
        </Suspense>
      </main>
      <LaunchPanel />
    </div>
  );
}

function Brand() {
  const { organization } = useSession();
  return (
    <div className="annex-brand">
      <Mark />
      <span className="annex-brand-name annex-ellipsis">{organization.name}</span>
    </div>
  );
}

function DevelopmentBadge() {
  const { development, edition } = useSession();
  if (!development) return null;
  return (
    <span className="annex-development" title={`Payloads in the ${edition} edition`}>
      <Badge tone="wait">Local development</Badge>
    </span>
  );
}

function ThemeButton() {
  const { setColorScheme } = useMantineColorScheme();
  const shown = useComputedColorScheme("dark");
  const next = shown === "dark" ? "light" : "dark";
  return (
    <ActionIcon
      className="annex-theme-button"
      variant="subtle"
      color="gray"
      size="lg"
      onClick={() => setColorScheme(next)}
      aria-label={`Switch to ${next} theme`}
    >
      {next === "light" ? <LightIcon size={18} aria-hidden /> : <DarkIcon size={18} aria-hidden />}
    </ActionIcon>
  );
}
