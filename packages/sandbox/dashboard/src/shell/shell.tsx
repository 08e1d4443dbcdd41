/** The frame of every page behind the log-in: top bar, navigation, the page, and the launched app at the right. */
import { Badge, CloseIcon, NothingFound } from "@annex/ui";
import { ActionIcon, Loader, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { lazy, type RefObject, Suspense, useEffect, useRef, useState } from "react";
import { Outlet, useLocation, useParams } from "react-router";
import { LaunchProvider, useLaunchPanel } from "../launch/launch-state.tsx";
import { PageFocus } from "../parts/focus.ts";
import { DarkIcon, LightIcon, MenuIcon } from "../parts/icons.ts";
import { Mark } from "../parts/mark.tsx";
import { rememberInstance, useSession } from "../session/session.ts";
import { DayMark } from "./day-mark.tsx";
import { InstanceSwitcher } from "./instance-switcher.tsx";
import { Navigation } from "./navigation.tsx";
import { PaletteButton } from "./palette-button.tsx";
import { UserMenu } from "./user-menu.tsx";
import "./shell.css";

const LaunchPanel = lazy(() => import("../launch/launch-panel.tsx"));

export default function Shell() {
  const { instanceId } = useParams();
  const { instances } = useSession();
  const shown = useRef<string>(undefined);
  const known = instances.some((instance) => instance.instance_id === instanceId);
  useEffect(() => {
    if (known && instanceId !== undefined) rememberInstance(instanceId);
  }, [known, instanceId]);
  if (!known || instanceId === undefined) return <UnknownInstance />;
  // Another instance is another set of installations: the launched app of the first one is closed.
  return (
    <LaunchProvider key={instanceId}>
      <Frame shown={shown} />
    </LaunchProvider>
  );
}

function UnknownInstance() {
  return (
    <main style={{ paddingTop: "20vh" }}>
      <NothingFound
        level={1}
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

function Frame({ shown }: { readonly shown: RefObject<string | undefined> }) {
  const [navigationOpen, setNavigationOpen] = useState(false);
  const { pathname } = useLocation();
  const launch = useLaunchPanel();
  useEffect(() => {
    if (!navigationOpen) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented) setNavigationOpen(false);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [navigationOpen]);
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
        <PaletteButton />
        <DayMark />
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
          <PageFocus shown={shown} />
        </Suspense>
      </main>
      {launch.target === undefined ? null : (
        <Suspense fallback={null}>
          <LaunchPanel target={launch.target} />
        </Suspense>
      )}
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
      <Badge tone="warning">Local development</Badge>
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
