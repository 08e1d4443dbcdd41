/** A visit to a page without a browser: redirects followed, cookies kept, its scripts and styles and their source maps fetched. */
import { type Answer, attributeValues, type Exchange } from "../evidence/index.ts";
import { send } from "./doors.ts";

export type Visit = {
  readonly exchanges: readonly Exchange[];
  /** The last document. */
  readonly page: Answer;
  readonly finalUrl: string;
  /** As a `Cookie` header. */
  readonly cookies: string;
};

const mostRedirects = 8;
const mostFiles = 12;

/** Opens a URL as a browser's first request would. */
export async function enter(
  url: string,
  options: { readonly files?: boolean; readonly cookies?: string } = {},
): Promise<Visit> {
  const exchanges: Exchange[] = [];
  const jar = new Map(
    (options.cookies ?? "")
      .split("; ")
      .filter((one) => one.includes("="))
      .map(splitCookie),
  );
  let at = url;
  let page = await get(at, jar, exchanges);
  for (let count = 0; count < mostRedirects; count += 1) {
    const next = redirectOf(page, at);
    if (next === undefined) break;
    at = next;
    page = await get(at, jar, exchanges);
  }
  if (options.files === true) {
    for (const file of filesOf(page, at)) await get(file, jar, exchanges);
    for (const map of sourceMapsOf(exchanges)) await get(map, jar, exchanges);
  }
  return { exchanges, page, finalUrl: at, cookies: cookieHeader(jar) };
}

/** Where a redirect leads; nothing where it is none, or leads to no address of the web. */
function redirectOf({ status, headers }: Answer, at: string): string | undefined {
  const { location } = headers;
  if (status === null || status < 300 || status >= 400 || location === undefined) return undefined;
  return URL.canParse(location, at) && /^https?:$/.test(new URL(location, at).protocol)
    ? new URL(location, at).href
    : undefined;
}

async function get(url: string, jar: Map<string, string>, exchanges: Exchange[]): Promise<Answer> {
  const cookie = cookieHeader(jar);
  const requestHeaders = {
    accept: "text/html,application/xhtml+xml,*/*;q=0.8",
    "sec-fetch-dest": "iframe",
    "sec-fetch-mode": "navigate",
    ...(cookie === "" ? {} : { cookie }),
  };
  const answer = await send("GET", url, { headers: requestHeaders });
  for (const line of answer.cookies) {
    const [name, value] = splitCookie(line.split(";")[0] ?? "");
    jar.set(name, value);
  }
  exchanges.push({ method: "GET", url, requestHeaders, requestBody: "", answer });
  return answer;
}

function splitCookie(text: string): [string, string] {
  const at = text.indexOf("=");
  return [text.slice(0, at).trim(), text.slice(at + 1)];
}

function cookieHeader(jar: Map<string, string>): string {
  return [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
}

/** What the scripts and styles were made from, where they name it: browsers ask for that only when somebody debugs. */
function sourceMapsOf(exchanges: readonly Exchange[]): readonly string[] {
  const maps = exchanges.flatMap(({ url, answer }) => {
    const named = /[#@] ?sourceMappingURL=([^\s*"'<]+)/g;
    const written = [...answer.text.matchAll(named)].map(([, name = ""]) => name);
    return [...written, answer.headers["sourcemap"] ?? ""]
      .filter((name) => name !== "" && URL.canParse(name, url))
      .map((name) => new URL(name, url))
      .filter(({ origin }) => origin === new URL(url).origin)
      .map(({ href }) => href);
  });
  return [...new Set(maps)].slice(0, mostFiles);
}

/** What the page loads from its own origin. */
function filesOf(page: Answer, at: string): readonly string[] {
  const named = [...attributeValues(page.text, "src"), ...attributeValues(page.text, "href")]
    .filter((value) => /\.(m?js|css|json)(\?|$)/.test(value) && URL.canParse(value, at))
    .map((value) => new URL(value, at));
  const own = named.filter((file) => file.origin === new URL(at).origin).map((file) => file.href);
  return [...new Set(own)].slice(0, mostFiles);
}
