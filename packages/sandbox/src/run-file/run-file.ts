/** Writing and removing `DIR/annex.json`, whole or not at all. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";

const ownerOnly = 0o600;

/** Everything a program needs to drive a running local Cloud, as the doors document fixes it. */
export type RunFileContent = {
  readonly pid: number;
  readonly cloud: { readonly url: string; readonly api: string; readonly admin_token: string };
  readonly ledger: { readonly instances: Readonly<Record<string, string>> };
  readonly organizations: readonly {
    readonly organization_id: string;
    readonly name: string;
    readonly instances: readonly { readonly instance_id: string; readonly name: string }[];
    readonly members: readonly {
      readonly user_id: string;
      readonly name: string;
      readonly email: string;
      readonly password: string;
      readonly totp_secret: string;
      readonly role: string;
    }[];
  }[];
  readonly apps: readonly RunFileApp[];
};

export type RunFileApp = {
  readonly app_id: string;
  readonly name: string;
  readonly url: string;
  readonly pid?: number;
  readonly registration_callback_url: string;
  readonly portal_generator_url: string;
  readonly database?: string;
  readonly log?: string;
};

/** Writes the run file beside its place first, so that a reader never sees half of one. */
export function writeRunFile(path: string, content: RunFileContent): void {
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  const file = openSync(draft, "wx", ownerOnly);
  try {
    writeSync(file, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

/** Removes the run file; it need not be there. */
export function removeRunFile(path: string): void {
  rmSync(path, { force: true });
  rmSync(`${path}.new`, { force: true });
}
