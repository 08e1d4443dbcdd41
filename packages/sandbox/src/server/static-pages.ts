/** Serves the dashboard's build: its files as they are, its page for every other address. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
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

export type StaticPages = { answer(request: Request, path: string): Promise<Response> };

/** The pages of a build directory. It is looked at with each request, so a later build is served too. */
export function createStaticPages(directory: string): StaticPages {
  const root = normalize(directory);
  return {
    answer: async (request, path) => {
      const file = await readInside(root, path);
      if (file !== undefined) return fileAnswer(request, path, file);
      if (extname(path) !== "") return plain("There is no such file.", 404);
      const page = await readInside(root, "/index.html");
      return page === undefined ? plain(notBuilt, 503) : fileAnswer(request, "/index.html", page);
    },
  };
}

const notBuilt = "The dashboard is not built yet. Run: npm run build";

async function readInside(root: string, path: string): Promise<Buffer | undefined> {
  const file = join(root, decoded(path));
  if (!file.startsWith(root.endsWith(sep) ? root : root + sep) || extname(file) === "") return undefined;
  return readFile(file).catch(() => undefined);
}

function fileAnswer(request: Request, path: string, content: Buffer): Response {
  const tag = `"${createHash("sha256").update(content).digest("base64url").slice(0, 22)}"`;
  const headers = {
    ...securityHeaders,
    "content-type": types[extname(path)] ?? "application/octet-stream",
    "cache-control": path.startsWith("/assets/") ? foreverCached : alwaysAsked,
    etag: tag,
  };
  if (request.headers.get("if-none-match") === tag) return new Response(null, { status: 304, headers });
  return new Response(new Uint8Array(content), { status: 200, headers });
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
