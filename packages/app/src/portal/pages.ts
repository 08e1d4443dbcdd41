/** The documents of the portal: the app's page with and without a session, and its static files. */
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import type { AppManifest } from "../application.ts";
import { escapeHtml, jsonForScript } from "../errors/escape.ts";
import type { Answer } from "../exchange.ts";
import { defaultPage } from "./default-page.ts";
import { type DocumentHeaders, newNonce } from "./headers.ts";

export type Pages = {
  /** The page with a session for this tab in it. */
  entered(session: { readonly session: string; readonly expires_at: string }): Promise<Answer>;
  /** The page without one: it resumes what the tab remembers, or says how to launch. */
  resuming(): Promise<Answer>;
  /** A static file below the directory; `undefined` when there is none. */
  file(path: string): Promise<Answer | undefined>;
};

export function createPages(
  directory: string | undefined,
  manifest: AppManifest,
  headers: DocumentHeaders,
): Pages {
  const index = async () =>
    directory === undefined ? defaultPage(manifest) : readFile(join(directory, "index.html"), "utf8");
  return {
    entered: async (session) => {
      const nonce = newNonce();
      const block = `<script nonce="${nonce}" type="application/json" id="annex-session">${jsonForScript(session)}</script><script nonce="${nonce}">${leaveToken}</script>`;
      return document(200, withNonce(await index(), nonce, block), headers.page(nonce));
    },
    resuming: async () => {
      const nonce = newNonce();
      return document(200, withNonce(await index(), nonce, ""), headers.page(nonce));
    },
    file: async (path) => (directory === undefined ? undefined : staticFile(directory, path)),
  };
}

// Before anything else is loaded: the token leaves the address, and a reload finds the session in this history entry.
const leaveToken = `history.replaceState({ ...history.state, annexSession: JSON.parse(document.getElementById("annex-session").textContent).session }, "", "/portal")`;

function document(status: number, body: string, headers: Readonly<Record<string, string>>): Answer {
  return { status, headers, body };
}

/** The page with a nonce on each script and something put before the first. */
function withNonce(html: string, nonce: string, beforeFirstScript: string): string {
  const attribute = ` nonce="${escapeHtml(nonce)}"`;
  let first = true;
  return html.replace(/<script\b/gi, (tag) => {
    const before = first ? beforeFirstScript : "";
    first = false;
    return `${before}${tag}${attribute}`;
  });
}

const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".gif": "image/gif",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ttf": "font/ttf",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
};

const svgPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

async function staticFile(directory: string, path: string): Promise<Answer | undefined> {
  const contentType = contentTypes[extname(path).toLowerCase()];
  const file = contentType === undefined ? undefined : fileBelow(directory, path);
  if (contentType === undefined || file === undefined) return undefined;
  try {
    return { status: 200, headers: fileHeaders(path, contentType), body: await readFile(file) };
  } catch {
    // Not there, or a directory of that name: either way nothing to serve.
    return undefined;
  }
}

function fileBelow(directory: string, path: string): string | undefined {
  const decoded = decodedPath(path);
  if (decoded === undefined || decoded.includes("\0")) return undefined;
  const file = normalize(join(directory, decoded));
  return file.startsWith(normalize(directory + sep)) ? file : undefined;
}

function decodedPath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

// Built files carry a hash in their name, so that a name's content never changes. They hold nothing of any installation.
function fileHeaders(path: string, contentType: string): Readonly<Record<string, string>> {
  return {
    "content-type": contentType,
    "cache-control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    // An SVG can hold scripts; opened on its own it may run none.
    ...(contentType === "image/svg+xml" ? { "content-security-policy": svgPolicy } : {}),
  };
}
