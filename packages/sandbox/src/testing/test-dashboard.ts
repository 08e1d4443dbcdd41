/** A member at the dashboard, for tests: logs in with a real authenticator code and carries the session. */
import { generateSync } from "otplib";
import { type Answer, call, type TestCloud } from "./test-cloud.ts";

export type TestMember = {
  readonly userId: string;
  readonly password: string;
  /** The header of the page, with the session. */
  readonly headers: Readonly<Record<string, string>>;
  /** The authenticator's code at a time. */
  code(at?: Date): string;
  /** A call with the session and the header of the page. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
};

/** The member of a role, logged in. */
export function logIn(cloud: TestCloud, role: string, at: Date = new Date()): Promise<TestMember> {
  const member = cloud.members.find((one) => one.role === role);
  return logInAs(cloud, member?.email ?? "", at);
}

/** The member of an e-mail address, logged in. */
export async function logInAs(cloud: TestCloud, address: string, at: Date = new Date()): Promise<TestMember> {
  const member = cloud.members.find((one) => one.email === address);
  if (member === undefined) throw new Error(`There is no ${address}.`);
  const code = (time: Date = at) =>
    generateSync({ secret: member.totp_secret, epoch: Math.floor(time.getTime() / 1000) });
  const { email, password, user_id: userId } = member;
  const page = { "x-annex-dashboard": "1" };
  const answer = await call(cloud.url, "POST", "/api/login", page, { email, password, code: code() });
  if (answer.status !== 200) throw new Error(`Log-in failed: ${answer.text}`);
  const headers = { "x-annex-dashboard": String(answer.body["session"]) };
  return {
    userId,
    password,
    headers,
    code,
    call: (method, path, body) => call(cloud.url, method, path, headers, body),
  };
}
