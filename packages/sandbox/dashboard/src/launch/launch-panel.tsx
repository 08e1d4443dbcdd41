/**
 * The launched app at the right edge: floating preview, docked, expanded or
 * full screen. Sizes are CSS on one and the same element, so that a change of
 * size never reloads the app. Contract section 7 (Launch).
 */
import "@mantine/core/styles/Tooltip.layer.css";
import { CloseIcon, RetryIcon } from "@annex/ui";
import { ActionIcon, Button, Loader, Tooltip } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { DockedIcon, ExpandedIcon, FloatingIcon, FullScreenIcon, OpenElsewhereIcon } from "../parts/icons.ts";
import { AppFrame } from "./app-frame.tsx";
import { LaunchProof } from "./launch-proof.tsx";
import { LaunchRefused } from "./launch-refused.tsx";
import { type PanelSize, useLaunchPanel } from "./launch-state.tsx";
import { LaunchTakenAway } from "./launch-taken-away.tsx";
import type { LaunchTarget } from "./launch-target.ts";
import { narrowestPanel, ResizeHandle } from "./resize-handle.tsx";
import "./launch.css";

const sizes = [
  { size: "floating", label: "Floating preview", icon: FloatingIcon },
  { size: "docked", label: "Docked", icon: DockedIcon },
  { size: "expanded", label: "Expanded", icon: ExpandedIcon },
  { size: "full", label: "Full screen", icon: FullScreenIcon },
] as const;

const firstWidths: Readonly<Record<PanelSize, number>> = {
  floating: narrowestPanel,
  docked: 480,
  expanded: 1040,
  full: 0,
};

export default function LaunchPanel({ target }: { readonly target: LaunchTarget }) {
  const launch = useLaunchPanel();
  const panel = useRef<HTMLElement>(null);
  const [widths, setWidths] = useState(firstWidths);
  const [resizing, setResizing] = useState(false);
  const width = widths[launch.size];

  // Each launch is announced by moving there; the installation names the launch, and so does a record to be shown in it.
  const record = launch.toShow?.id;
  useEffect(() => {
    if (target.installedAppId !== "" || record !== undefined) panel.current?.focus();
  }, [target.installedAppId, record]);
  useDockWidth(launch.size === "docked" ? width : undefined);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    launch.close();
  };

  return (
    <section
      ref={panel}
      className="annex-panel"
      data-size={launch.size}
      data-resizing={resizing ? true : undefined}
      style={{ "--panel-width": `${width}px` } as React.CSSProperties}
      role="dialog"
      aria-modal={launch.size === "full"}
      aria-label={`${target.appName}, launched app`}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {launch.size === "full" ? null : (
        <ResizeHandle
          width={width}
          onWidth={(next) => setWidths({ ...widths, [launch.size]: next })}
          onResizing={setResizing}
        />
      )}
      <PanelHeader target={target} />
      {launch.phase.kind === "open" ? <LaunchTakenAway target={target} /> : null}
      <div className="annex-panel-body">
        <PanelBody target={target} />
      </div>
    </section>
  );
}

/** The page beside a docked panel gives way by its width. */
function useDockWidth(width: number | undefined): void {
  useEffect(() => {
    if (width === undefined) return;
    document.documentElement.style.setProperty("--annex-dock", `${width}px`);
    return () => {
      document.documentElement.style.removeProperty("--annex-dock");
    };
  }, [width]);
}

function PanelBody({ target }: { readonly target: LaunchTarget }) {
  const { phase, prove, again } = useLaunchPanel();
  switch (phase.kind) {
    case "proof":
      return <LaunchProof appName={target.appName} failure={phase.failure} onProof={prove} />;
    case "starting":
      return (
        <div className="annex-panel-wait" role="status">
          <Loader size="sm" />
          <p>Asking {target.appName} for a fresh session…</p>
          <p className="annex-panel-hint">The app has 10 seconds to answer.</p>
        </div>
      );
    case "refused":
      return <LaunchRefused appName={target.appName} error={phase.error} onAgain={again} />;
    case "open":
      return <AppFrame key={phase.serial} url={phase.portalUrl} target={target} onAgain={again} />;
  }
}

function PanelHeader({ target }: { readonly target: LaunchTarget }) {
  const launch = useLaunchPanel();
  const roomForSizes = useMediaQuery("(min-width: 640px)", true);
  return (
    <div className="annex-panel-header">
      <div className="annex-panel-title">
        <strong className="annex-ellipsis">{target.appName}</strong>
        <span className="annex-ellipsis">{target.instanceName}</span>
      </div>
      {roomForSizes ? <SizeButtons size={launch.size} onSize={launch.setSize} /> : null}
      <Tooltip label="Launch again: a fresh session">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Launch again"
          onClick={launch.again}
          disabled={launch.phase.kind === "starting"}
        >
          <RetryIcon size={17} aria-hidden />
        </ActionIcon>
      </Tooltip>
      {launch.phase.kind === "open" ? (
        <Button
          component="a"
          href={launch.phase.portalUrl}
          target="_blank"
          rel="noopener noreferrer"
          variant="default"
          size="compact-sm"
          className="annex-open-link"
          rightSection={<OpenElsewhereIcon size={14} aria-hidden />}
        >
          Open
        </Button>
      ) : null}
      <ActionIcon variant="subtle" color="gray" aria-label="Close app" onClick={launch.close}>
        <CloseIcon size={18} aria-hidden />
      </ActionIcon>
    </div>
  );
}

function SizeButtons(props: { readonly size: PanelSize; readonly onSize: (size: PanelSize) => void }) {
  return (
    <fieldset className="annex-panel-sizes" aria-label="Panel size">
      {sizes.map(({ size, label, icon: Icon }) => (
        <Tooltip key={size} label={label}>
          <ActionIcon
            variant={props.size === size ? "default" : "subtle"}
            color="gray"
            size="md"
            aria-label={label}
            aria-pressed={props.size === size}
            onClick={() => props.onSize(size)}
          >
            <Icon size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
    </fieldset>
  );
}
