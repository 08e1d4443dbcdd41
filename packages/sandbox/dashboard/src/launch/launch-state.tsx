/**
 * The one launched app of the page and how its panel lies. The portal URL is
 * kept in memory only, for as long as the panel is open: it carries a token.
 */
import type { DashboardRecord } from "@annex/protocol/words";
import { createContext, use, useCallback, useMemo, useRef, useState } from "react";
import { ApiError } from "../api/http.ts";
import { useLaunch } from "../api/queries.ts";
import { focusAfterClose } from "../parts/focus.ts";
import type { Proof } from "../session/proof-fields.tsx";
import { useLaunchAddress } from "./launch-address.ts";
import type { LaunchTarget } from "./launch-target.ts";

export type LaunchPhase =
  | { readonly kind: "proof"; readonly failure?: string }
  | { readonly kind: "starting" }
  | { readonly kind: "open"; readonly portalUrl: string; readonly serial: number }
  | { readonly kind: "refused"; readonly error: unknown };

export type PanelSize = "floating" | "docked" | "expanded" | "full";

type LaunchPanelState = {
  readonly target: LaunchTarget | undefined;
  readonly phase: LaunchPhase;
  readonly size: PanelSize;
  readonly setSize: (size: PanelSize) => void;
  /** Opens the app, with a record to show as soon as its page can; one that is open stays as it is. */
  readonly open: (target: LaunchTarget, record?: DashboardRecord) => void;
  /** The record that the app's page is still to be told of. */
  readonly toShow: DashboardRecord | undefined;
  readonly shown: () => void;
  readonly again: () => void;
  readonly prove: (proof: Proof) => void;
  readonly close: () => void;
};

const LaunchContext = createContext<LaunchPanelState | undefined>(undefined);

export function useLaunchPanel(): LaunchPanelState {
  const state = use(LaunchContext);
  if (state === undefined) throw new Error("The launch panel was used outside its provider.");
  return state;
}

export function LaunchProvider({ children }: { readonly children: React.ReactNode }) {
  const launch = useLaunch();
  const [target, setTarget] = useState<LaunchTarget>();
  const [phase, setPhase] = useState<LaunchPhase>({ kind: "starting" });
  const [size, setSize] = useState<PanelSize>("floating");
  const [toShow, setToShow] = useState<DashboardRecord>();
  const shown = useCallback(() => setToShow(undefined), []);
  const opener = useRef<HTMLElement | null>(null);
  // Only the newest launch may fill the panel: an answer that comes after closing or relaunching is dropped.
  const serial = useRef(0);

  const { mutateAsync } = launch;
  const start = useCallback(
    async (wanted: LaunchTarget, proof?: Proof) => {
      serial.current += 1;
      const mine = serial.current;
      setPhase({ kind: "starting" });
      const next = await launchOnce(mutateAsync, wanted, proof, mine);
      if (serial.current === mine) setPhase(next);
    },
    [mutateAsync],
  );

  const state = useMemo<LaunchPanelState>(() => {
    const begin = (wanted: LaunchTarget) => {
      if (wanted.requiresAuthentication) setPhase({ kind: "proof" });
      else void start(wanted);
    };
    return {
      target,
      phase,
      size,
      setSize,
      toShow,
      shown,
      open: (wanted, record) => {
        setToShow(record);
        if (record !== undefined && target?.installedAppId === wanted.installedAppId) {
          if (phase.kind === "refused") begin(target);
          return;
        }
        opener.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
        setTarget(wanted);
        begin(wanted);
      },
      again: () => {
        if (target !== undefined) begin(target);
      },
      prove: (proof) => {
        if (target !== undefined) void start(target, proof);
      },
      close: () => {
        serial.current += 1;
        setTarget(undefined);
        if (size === "full") setSize("floating");
        focusAfterClose(opener.current);
      },
    };
  }, [target, phase, size, start, toShow, shown]);

  useLaunchAddress(state.target, state.open);
  return <LaunchContext value={state}>{children}</LaunchContext>;
}

type LaunchCall = ReturnType<typeof useLaunch>["mutateAsync"];

async function launchOnce(
  call: LaunchCall,
  target: LaunchTarget,
  proof: Proof | undefined,
  serial: number,
): Promise<LaunchPhase> {
  try {
    const { installedAppId } = target;
    const answer = await call(proof === undefined ? { installedAppId } : { installedAppId, proof });
    return { kind: "open", portalUrl: answer.portal_url, serial };
  } catch (error) {
    return phaseOfFailure(error);
  }
}

function phaseOfFailure(error: unknown): LaunchPhase {
  if (error instanceof ApiError && error.code === "authentication_required") return { kind: "proof" };
  if (error instanceof ApiError && error.code === "authentication_failed") {
    return { kind: "proof", failure: error.message };
  }
  return { kind: "refused", error };
}
