/** What a person sees when everything is up: where to look, and how to log in. */
import type { Sandbox } from "@annex/sandbox";
import type { WorkspaceApp } from "../apps/workspace-app.ts";

/** Prints the address, the demo members and the apps. The demo credentials exist in this data directory only. */
export function printWelcome(sandbox: Sandbox, apps: readonly WorkspaceApp[]): void {
  const members = sandbox.members.map(
    (member) =>
      `  ${member.role.padEnd(13)} ${member.email.padEnd(30)} ${member.password.padEnd(22)} ${member.totp_secret}`,
  );
  const lines = [
    "",
    `Dashboard      ${sandbox.url}`,
    ...apps.map((app) => `${app.name.padEnd(14)} ${app.url}`),
    "",
    `  ${"Role".padEnd(13)} ${"E-mail".padEnd(30)} ${"Password".padEnd(22)} Second factor (secret for an authenticator app)`,
    ...members,
    "",
    `  Codes right now: ${sandbox.members.map((member) => `${member.role} ${sandbox.currentCode(member.user_id)}`).join(" · ")}`,
    "  A code later:    npx annex code Admin",
    `  Run file:        ${sandbox.runFile}`,
    "",
  ];
  console.log(lines.join("\n"));
}

/** What is to be seen when the apps run beside a Cloud that another command runs. */
export function printJoined(cloudUrl: string, apps: readonly WorkspaceApp[]): void {
  const lines = apps.map((app) => `${app.name.padEnd(14)} ${app.url}`);
  console.log(["", `Dashboard      ${cloudUrl}`, ...lines, ""].join("\n"));
}
