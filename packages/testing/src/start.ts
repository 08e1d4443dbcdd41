/** Starting and ending a Cloud for a test, and carrying out what the test says to it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OrganizationSeed, startSandbox } from "@annex/sandbox";
import { openBooks } from "./books.ts";
import { type AdminCall, adminCalls } from "./calls.ts";
import { enterPage } from "./page.ts";
import { findPlace, organizationId, type State } from "./places.ts";
import { createApps } from "./registered-apps.ts";
import type {
  AuditEntry,
  DeliveryAnswer,
  InstallOptions,
  TestCloud,
  TestInstallation,
} from "./test-cloud.ts";

/** One organization with two instances, and a member of each role. */
const defaultSeed: readonly OrganizationSeed[] = [
  {
    name: "Test Organization",
    instances: ["Production", "Staging"],
    members: [
      { name: "Ada", email: "admin@test.test", role: "Admin" },
      { name: "Olga", email: "operator@test.test", role: "Operator" },
      { name: "Ines", email: "investigator@test.test", role: "Investigator" },
      { name: "Anna", email: "analyst@test.test", role: "Analyst" },
    ],
  },
];

const auditPage = 200;

/**
 * Starts a Cloud in this process, on a free port, with everything in memory or in a temporary folder. Each is
 * apart from every other. Its ledgers open with the first call that needs them.
 *
 * @param options.organizations other organizations, instances and members than one of each role.
 * @example
 * ```ts
 * const cloud = await startTestCloud();
 * await cloud.register(app);
 * const installation = await cloud.install(app);
 * await cloud.stop();
 * ```
 */
export async function startTestCloud(
  options: { readonly organizations?: readonly OrganizationSeed[] } = {},
): Promise<TestCloud> {
  const directory = mkdtempSync(join(tmpdir(), "annex-test-cloud-"));
  const sandbox = await startSandbox({
    port: 0,
    dataDirectory: directory,
    ledgers: "in-memory",
    seed: options.organizations ?? defaultSeed,
  });
  const call = adminCalls(sandbox);
  const { organizations, instances } = await call<State>("GET", "/admin/state");
  const apps = createApps(sandbox, call, directory, organizations[0]?.organization_id ?? "");
  const place = (instance?: string, organization?: string) =>
    findPlace(instances, instance, organizationId(organizations, organization));
  return {
    url: sandbox.url,
    register: apps.register,
    install: async (app, { grant, instance, organization } = {}) => {
      const { instance_id, organization_id } = place(instance, organization);
      return install(call, { app_id: await apps.idIn(organization_id, app), instance_id }, grant);
    },
    uninstall: async (installation) => {
      await call("DELETE", `/admin/installations/${idOf(installation)}`);
    },
    launch: (installation, wanted) => launch(call, idOf(installation), wanted?.user),
    open: async (installation, wanted) =>
      enterPage((await launch(call, idOf(installation), wanted?.user)).portal_url),
    deliver: (installation, event, wanted = {}) => deliver(call, idOf(installation), event, wanted),
    faults: { ...sandbox.faults, set: (fault, values = {}) => sandbox.faults.set({ ...values, fault }) },
    clock: sandbox.clock,
    settings: {
      current: () => call("GET", "/admin/settings"),
      change: (changes) => call("PATCH", "/admin/settings", changes),
    },
    ledger: (instance) => openBooks(sandbox, place(instance).instance_id),
    audit: async (query = {}) => {
      const search = new URLSearchParams({ page: "1", pageSize: String(auditPage), ...query });
      return (await call<{ data: AuditEntry[] }>("GET", `/admin/audit?${search}`)).data;
    },
    stop: async () => {
      await apps.stop();
      await sandbox.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function install(
  call: AdminCall,
  place: { readonly app_id: string; readonly instance_id: string },
  grant: InstallOptions["grant"],
): Promise<TestInstallation> {
  const granted = grant === undefined ? {} : { granted_permissions: grant };
  return call("POST", "/admin/installations", { ...place, ...granted });
}

/** A member is one of the installation's organization: every one has an Admin. */
async function launch(
  call: AdminCall,
  installation: string,
  user: string | undefined,
): Promise<{ readonly portal_url: string; readonly delivery_id: string }> {
  const { installations, members } = await call<State>("GET", "/admin/state");
  const whose = installations.find((one) => one.installed_app_id === installation)?.organization_id;
  const member = members
    .filter(({ organization_id }) => organization_id === whose)
    .find(({ user_id, email, role }) => user === undefined || [user_id, email, role].includes(user));
  return call("POST", `/admin/installations/${installation}/launch`, { user_id: member?.user_id ?? user });
}

async function deliver(
  call: AdminCall,
  installation: string,
  event: string,
  options: { readonly times?: number; readonly parallel?: boolean },
): Promise<readonly DeliveryAnswer[]> {
  const query = new URLSearchParams({
    installed_app_id: installation,
    kind: event,
    page: "1",
    pageSize: "1",
  });
  const { data } = await call<{ data: { delivery_id: string }[] }>("GET", `/admin/deliveries?${query}`);
  const [last] = data;
  if (last === undefined)
    throw new Error(`${installation} has had no ${event} event yet, so none can be repeated.`);
  const path = `/admin/deliveries/${last.delivery_id}/redeliver`;
  return (await call<{ data: DeliveryAnswer[] }>("POST", path, options)).data;
}

function idOf(installation: TestInstallation | string): string {
  return typeof installation === "string" ? installation : installation.installed_app_id;
}
