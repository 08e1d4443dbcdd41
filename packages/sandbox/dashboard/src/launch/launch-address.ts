/**
 * The launched app in the address, so that a reload, a bookmark and a link to a colleague open it again: `launched`
 * names the installation. The portal URL and its token are never part of it. Contract section 7 (Launch).
 */
import { useEffect, useRef } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { useApps } from "../api/queries.ts";
import { useInstance } from "../session/session.ts";
import { type LaunchTarget, targetOf } from "./launch-target.ts";

const parameter = "launched";

/** Opens what the address names, once; then the address follows the panel. */
export function useLaunchAddress(
  target: LaunchTarget | undefined,
  open: (target: LaunchTarget) => void,
): void {
  const instance = useInstance();
  const [parameters] = useSearchParams();
  const navigate = useNavigate();
  const named = parameters.get(parameter);
  const first = useRef(named);
  const apps = useApps(instance.instance_id, { enabled: first.current !== null && target === undefined });
  const current = target?.installedAppId ?? null;

  useEffect(() => {
    const wanted = first.current;
    if (wanted !== null && current === null) {
      if (apps.data === undefined) return;
      first.current = null;
      const app = apps.data.data.find(({ installation }) => installation?.installed_app_id === wanted);
      if (app?.installation?.status === "active") {
        open(targetOf(app, wanted, instance.name));
        return;
      }
    }
    first.current = null;
    if (named === current) return;
    // Where the page is by now: it may have been left in the very moment the app was opened.
    const { pathname, search } = window.location;
    const next = new URLSearchParams(search);
    if (current === null) next.delete(parameter);
    else next.set(parameter, current);
    void navigate({ pathname, search: `${next}` }, { replace: true });
  }, [apps.data, current, instance.name, named, open, navigate]);
}
