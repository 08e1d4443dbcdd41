/** A page of an app without a browser: enters by the portal URL and calls the page's own API with its session. */
import { type Answer, type RunningCloud, request } from "./running-cloud.ts";

export class Portal {
  readonly #base: string;
  readonly #session: string;

  private constructor(base: string, session: string) {
    this.#base = base;
    this.#session = session;
  }

  /** Launches as a member and enters. */
  static async launch(cloud: RunningCloud, installation: string, role = "Admin"): Promise<Portal> {
    const launched = await cloud.admin<{ portal_url: string }>(
      "POST",
      `/admin/installations/${installation}/launch`,
      {
        user_id: cloud.member(role).user_id,
      },
    );
    if (launched.status !== 200)
      throw new Error(`Launch answered ${launched.status}: ${JSON.stringify(launched.body)}`);
    return Portal.enter(launched.body.portal_url);
  }

  static async enter(portalUrl: string): Promise<Portal> {
    const page = await (await fetch(portalUrl)).text();
    const block = /<script[^>]*id="annex-session"[^>]*>(.*?)<\/script>/s.exec(page)?.[1];
    if (block === undefined) throw new Error(`The entered page holds no session: ${page.slice(0, 500)}`);
    const { session } = JSON.parse(block) as { session: string };
    return new Portal(new URL(portalUrl).origin, session);
  }

  call<Body = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    return request<Body>(method, `${this.#base}/portal/api${path}`, this.#session, body);
  }
}
