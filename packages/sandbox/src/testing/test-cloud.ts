/** A local Cloud on a directory of its own, for tests, with what a test says to it most. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OrganizationSeed, type Sandbox, type SandboxOptions, startSandbox } from "../index.ts";

/** An answer, read whole. */
export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // The tests look into answers of every shape.
  readonly body: Readonly<Record<string, never>> & { readonly [key: string]: unknown };
};

export type TestCloud = Sandbox & {
  readonly directory: string;
  readonly organizationId: string;
  readonly instanceIds: readonly string[];
  admin(method: string, path: string, body?: unknown): Promise<Answer>;
  /** A call with an app's key. */
  api(key: string, method: string, path: string, body?: unknown): Promise<Answer>;
  /** Closes it and forgets its directory. */
  remove(): Promise<void>;
};

/** One organization with one instance and a member of each role. */
export const testOrganization: OrganizationSeed = {
  name: "Test Organization",
  instances: ["Only"],
  members: [
    { name: "Ada", email: "admin@test.test", role: "Admin" },
    { name: "Olga", email: "operator@test.test", role: "Operator" },
    { name: "Ines", email: "investigator@test.test", role: "Investigator" },
    { name: "Anna", email: "analyst@test.test", role: "Analyst" },
  ],
};

/** Its one instance is a real Core that nobody reaches: for tests that need no ledger. */
export const withoutLedger = {
  seed: [testOrganization],
  core: { url: "http://127.0.0.1:9", databaseUrl: "postgres://nobody@127.0.0.1:9/none" },
} satisfies Partial<SandboxOptions>;

/** Starts a Cloud in a new directory, or again in a known one. */
export async function startTestCloud(
  options: Partial<SandboxOptions> = {},
  directory: string = mkdtempSync(join(tmpdir(), "annex-cloud-")),
): Promise<TestCloud> {
  const sandbox = await startSandbox({ port: 0, dataDirectory: directory, ...options });
  const admin = (method: string, path: string, body?: unknown) =>
    call(sandbox.url, method, path, { authorization: `Bearer ${sandbox.adminToken}` }, body);
  const state = (await admin("GET", "/admin/state")).body as unknown as State;
  return {
    ...sandbox,
    directory,
    organizationId: state.organizations[0]?.organization_id ?? "",
    instanceIds: state.instances.map((instance) => instance.instance_id),
    admin,
    api: (key, method, path, body) =>
      call(sandbox.url, method, path, { authorization: `Bearer ${key}` }, body),
    remove: async () => {
      await sandbox.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

type State = {
  readonly organizations: readonly { readonly organization_id: string }[];
  readonly instances: readonly { readonly instance_id: string }[];
};

/** One HTTP call; a text or bytes go out as they are, everything else as JSON. */
export async function call(
  base: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: unknown,
): Promise<Answer> {
  const sent =
    typeof body === "string" || body instanceof Uint8Array || body === undefined
      ? body
      : JSON.stringify(body);
  const type =
    typeof body === "object" && !(body instanceof Uint8Array) ? { "content-type": "application/json" } : {};
  const response = await fetch(`${base}${path}`, {
    method,
    redirect: "manual",
    headers: { ...type, ...headers },
    ...(sent === undefined ? {} : { body: sent as string }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) as Answer["body"] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
