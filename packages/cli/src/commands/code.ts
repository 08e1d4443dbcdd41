/** `annex code`: the second-factor code of a demo member right now, for whoever has no authenticator app at hand. */
import type { Command } from "commander";
import { defaultDataDirectory } from "../options.ts";
import { connect, findMember } from "../running-cloud.ts";

type CodeOptions = { data: string; runFile?: string; json?: true };

const stepMilliseconds = 30_000;

export function addCodeCommand(program: Command): void {
  program
    .command("code [member]")
    .description("print the second-factor code of a demo member (by id, e-mail or role; default: the first)")
    .option("--data <directory>", "data directory of the running Cloud", defaultDataDirectory)
    .option("--run-file <file>", "its run file instead")
    .option("--json", "print JSON")
    .action(runCode);
}

async function runCode(wanted: string | undefined, options: CodeOptions): Promise<void> {
  const cloud = connect(options);
  const id = findMember(cloud, wanted);
  const members = cloud.runFile.organizations.flatMap((organization) => organization.members);
  const member = members.find((each) => each.user_id === id);
  if (member === undefined) return;
  const { generateSync } = await import("otplib");
  const code = generateSync({ secret: member.totp_secret });
  const seconds = Math.ceil((stepMilliseconds - (Date.now() % stepMilliseconds)) / 1000);
  if (options.json) console.log(JSON.stringify({ email: member.email, code, valid_seconds: seconds }));
  else console.log(`${code}  (${member.role}, ${member.email}; valid for ${seconds} more seconds)`);
}
