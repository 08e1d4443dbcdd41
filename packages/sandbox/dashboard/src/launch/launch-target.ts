import type { AppView } from "../api/types.ts";

/** An app that is launched, or to be: what its panel says and asks for. */
export type LaunchTarget = {
  readonly appId: string;
  readonly appName: string;
  readonly installedAppId: string;
  readonly instanceName: string;
  readonly requiresAuthentication: boolean;
};

/** What launching an app that is installed here means. */
export function targetOf(app: AppView, installedAppId: string, instanceName: string): LaunchTarget {
  return {
    appId: app.app_id,
    appName: app.name,
    installedAppId,
    instanceName,
    requiresAuthentication: app.launch_requires_authentication,
  };
}
