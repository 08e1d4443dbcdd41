/** Calls of the admin API: a test goes through the same code as the dashboard. */
import type { Sandbox } from "@annex/sandbox";

/**
 * The Cloud refused what a test asked: its status and code, and the whole answer.
 *
 * @example
 * ```ts
 * await assert.rejects(cloud.install(app), (error) => error instanceof TestCloudRefusal && error.code === "install_cancelled");
 * ```
 */
export class TestCloudRefusal extends Error {
  override readonly name = "TestCloudRefusal";
  readonly status: number;
  readonly code: string;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(`${status} ${String(body["code"])}: ${String(body["error"])}`);
    this.status = status;
    this.code = String(body["code"]);
    this.body = body;
  }
}

export type AdminCall = <Body>(method: string, path: string, body?: unknown) => Promise<Body>;

export function adminCalls({ url, adminToken }: Pick<Sandbox, "url" | "adminToken">): AdminCall {
  return async <Body>(method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new TestCloudRefusal(response.status, answer);
    return answer as Body;
  };
}
