/** The dashboard's build as it is served: its files as they are, and its page. */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json; charset=utf-8",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".map": "application/json; charset=utf-8",
};

/** Apps come from anywhere, hence the open `frame-src` and `img-src`; scripts from here alone. */
const securityHeaders = {
  "content-security-policy": [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob: http: https:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "frame-src http: https:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
} as const;

/** Built files carry their content's hash in the name, so they never change. */
const foreverCached = "public, max-age=31536000, immutable";
const alwaysAsked = "no-cache";

export type StaticPages = {
  /** The file that a path names, or nothing. */
  file(request: Request, path: string): Promise<Response | undefined>;
  /** The dashboard's page, which finds out itself what its address means. */
  page(request: Request): Promise<Response>;
};

/** A file as it was read last: read and hashed again only when it changed. */
type KeptFile = { readonly changed: number; readonly content: Uint8Array<ArrayBuffer>; readonly tag: string };

/** The pages of a build directory. A later build is served too. */
export function createStaticPages(directory: string): StaticPages {
  const root = normalize(directory);
  const kept = new Map<string, KeptFile>();

  async function answerWith(request: Request, path: string): Promise<Response | undefined> {
    const place = insideOf(root, path);
    if (place === undefined) return undefined;
    const file = await readKept(place, kept);
    return file === undefined ? undefined : fileAnswer(request, path, file);
  }

  return {
    file: async (request, path) => {
      const answer = await answerWith(request, path);
      return answer ?? (path.startsWith(assets) ? plain("There is no such file.", 404) : undefined);
    },
    page: async (request) => (await answerWith(request, "/index.html")) ?? plain(notBuilt, 503),
  };
}

const assets = "/assets/";
const notBuilt = "The dashboard is not built yet. Run: npm run build";

/** Where a path leads inside a directory, if it names a file there. */
function insideOf(root: string, path: string): string | undefined {
  const file = join(root, decoded(path));
  const inside = file.startsWith(root.endsWith(sep) ? root : root + sep);
  return inside && extname(file) !== "" ? file : undefined;
}

async function readKept(place: string, kept: Map<string, KeptFile>): Promise<KeptFile | undefined> {
  const found = await stat(place).catch(() => undefined);
  if (found === undefined || !found.isFile()) return undefined;
  const known = kept.get(place);
  if (known !== undefined && known.changed === found.mtimeMs) return known;
  const content = new Uint8Array(await readFile(place));
  const tag = `"${createHash("sha256").update(content).digest("base64url").slice(0, 22)}"`;
  const file = { changed: found.mtimeMs, content, tag };
  kept.set(place, file);
  return file;
}

function fileAnswer(request: Request, path: string, { content, tag }: KeptFile): Response {
  const headers = {
    ...securityHeaders,
    "content-type": types[extname(path)] ?? "application/octet-stream",
    "cache-control": path.startsWith(assets) ? foreverCached : alwaysAsked,
    etag: tag,
  };
  if (request.headers.get("if-none-match") === tag) return new Response(null, { status: 304, headers });
  return new Response(content, { status: 200, headers });
}

function plain(text: string, status: number): Response {
  const headers = {
    ...securityHeaders,
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
  };
  return new Response(`${text}\n`, { status, headers });
}

/** A path that is not decodable, or holds a zero byte, names no file. */
function decoded(path: string): string {
  try {
    const text = decodeURIComponent(path);
    return text.includes("\0") ? "/" : text;
  } catch {
    return "/";
  }
}
