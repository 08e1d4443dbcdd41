/** What stands in the run file: gathered from the store, demo secrets opened. */
import type { Instances } from "../instances/index.ts";
import type { RegisteredApp, Registry } from "../registry/index.ts";
import type { Seal, StateDatabase } from "../store/index.ts";
import { passwordContext, totpContext } from "../tenants/index.ts";
import type { RunFileApp, RunFileContent } from "./run-file.ts";

/** What only the one who started an app's process knows of it. */
export type AppProcess = {
  readonly url?: string | undefined;
  readonly pid?: number | undefined;
  readonly database?: string | undefined;
  readonly log?: string | undefined;
};

/** A demo member with the credentials that are printed at start. */
export type DemoMember = RunFileContent["organizations"][number]["members"][number];

type Parts = {
  readonly database: StateDatabase;
  readonly seal: Seal;
  readonly instances: Instances;
  readonly registry: Registry;
};

/** The organizations with their members' demo credentials. */
export async function readOrganizations(parts: Parts): Promise<RunFileContent["organizations"]> {
  const rows = await parts.database.selectFrom("organizations").selectAll().orderBy("position").execute();
  const members = await parts.database.selectFrom("members").selectAll().orderBy("position").execute();
  const ofOrganization = Map.groupBy(members, (member) => member.organization_id);
  return rows.map(({ organization_id, name }) => ({
    organization_id,
    name,
    instances: parts.instances
      .list(organization_id)
      .map((instance) => ({ instance_id: instance.instanceId, name: instance.name })),
    members: (ofOrganization.get(organization_id) ?? []).map((member) => ({
      user_id: member.user_id,
      name: member.name,
      email: member.email,
      password: parts.seal.open(member.password_sealed, passwordContext(member.user_id)),
      totp_secret: parts.seal.open(member.totp_secret_sealed, totpContext(member.user_id)),
      role: member.role,
    })),
  }));
}

/** The registered apps, each with what is known of its process. */
export async function readApps({
  registry,
  processes,
}: Pick<Parts, "registry"> & { readonly processes: ReadonlyMap<string, AppProcess> }): Promise<
  readonly RunFileApp[]
> {
  return (await registry.list()).map((app) => runFileApp(app, processes.get(app.appId) ?? {}));
}

function runFileApp(app: RegisteredApp, { url, pid, database, log }: AppProcess): RunFileApp {
  const callback = app.registrationCallbackUrl.reveal();
  return {
    app_id: app.appId,
    name: app.name,
    url: url ?? new URL(callback).origin,
    ...(pid === undefined ? {} : { pid }),
    registration_callback_url: callback,
    portal_generator_url: app.portalGeneratorUrl.reveal(),
    ...(database === undefined ? {} : { database }),
    ...(log === undefined ? {} : { log }),
  };
}
