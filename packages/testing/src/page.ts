/** A page of an app without a browser: entered by its portal URL, it calls its own API with its session. */

export type TestPage = {
  /** The page's own HTML. */
  readonly html: string;
  /** A call of the page, by a path such as `/api/runs`, with its session. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
};

const sessionBlock = /<script[^>]*id="annex-session"[^>]*>(.*?)<\/script>/s;

/** Enters by a portal URL. @throws Error with the page's beginning when it holds no session. */
export async function enterPage(portalUrl: string): Promise<TestPage> {
  const html = await (await fetch(portalUrl)).text();
  const block = sessionBlock.exec(html)?.[1];
  if (block === undefined) throw new Error(`The page holds no session: ${html.slice(0, 500)}`);
  const { session } = JSON.parse(block) as { session: string };
  const base = `${new URL(portalUrl).origin}/portal`;
  return {
    html,
    fetch: (path, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${session}`);
      return fetch(`${base}${path}`, { ...init, headers });
    },
  };
}
