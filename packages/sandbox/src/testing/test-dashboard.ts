/** A member at the dashboard, for tests: logs in with a real authenticator code and carries the cookie. */
import { generateSync } from "otplib";
import { type Answer, call, type TestCloud } from "./test-cloud.ts";

export type TestMember = {
  readonly userId: string;
  readonly password: string;
  readonly cookie: string;
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
  const cookie = (answer.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";
  return {
    userId,
    password,
    cookie,
    code,
    call: (method, path, body) => call(cloud.url, method, path, { ...page, cookie }, body),
  };
}
