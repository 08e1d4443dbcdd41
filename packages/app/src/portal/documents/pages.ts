/** The documents of the portal: the app's page with and without a session, and what lies beside it. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isPlainState } from "@annex/protocol/words";
import { escapeHtml, jsonForScript } from "../../errors/escape.ts";
import type { Answer, AnyAnswer, Exchange } from "../../http/exchange.ts";
import type { AppManifest } from "../../manifest/index.ts";
import type { HtmlAnswer } from "../interface.ts";
import { carryingPage, carryingScript } from "./carrying.ts";
import { defaultPage } from "./default-page.ts";
import { decodePage } from "./encoding.ts";
import { answerFile, findFile } from "./files.ts";
import { type DocumentHeaders, newNonce } from "./headers.ts";
import type { PageTemplate } from "./template.ts";
import { unstyledLook } from "./unstyled-look.ts";

/** What a page is handed: the session of its tab. */
export type PageSession = { readonly session: string; readonly expires_at: string };

/** What a page of the server's own is handed besides: the key of the press that it answers. */
export type CarriedSession = PageSession & { readonly seen: string | undefined };

/** What the pages are made of. */
export type PagesParts = {
  /** Path of the portal, without a slash at its end. */
  readonly root: string;
  /** Of a built page. */
  readonly directory: string | undefined;
  /** Whether the app renders its first page itself. */
  readonly isRendered: () => boolean;
  readonly manifest: AppManifest;
  readonly headers: DocumentHeaders;
};

export type Pages = {
  /** The page with a session for this tab in it. */
  entered(session: PageSession): Promise<Answer>;
  /** The page without one: it resumes what the tab remembers, or says how to launch. */
  resuming(): Promise<Answer>;
  /** A page that the app's own server rendered, with the tab's session and what carries it on. */
  rendered(page: HtmlAnswer, address: string, session: CarriedSession): Promise<Answer>;
  /** The page that stands for such a one where the session has to be carried to it first. */
  carrying(): Promise<Answer>;
  /** A file of the author's at a path below `/portal`; `undefined` when there is none. */
  file(path: string, exchange: Exchange): Promise<AnyAnswer | undefined>;
};

/**
 * Without a built page a plain one is served.
 */
export function createPages(parts: PagesParts): Pages {
  const { root, directory, manifest, headers } = parts;
  const templates = rememberTemplates();
  const plain = defaultPage(root, manifest);
  const carrying = carryingPage(manifest.name);
  // The kit in the page has to know where it is; at the root of a host it does.
  const where = root === "/portal" ? "" : `<meta name="annex-portal" content="${escapeHtml(root)}">`;
  const index = async () => {
    if (parts.isRendered()) return carrying;
    return directory === undefined ? plain : templates(join(directory, "index.html"));
  };
  const page = async (
    template: PageTemplate,
    block: (nonce: string) => string,
    status = 200,
  ): Promise<Answer> => {
    const nonce = newNonce();
    return { status, headers: headers.page(nonce), body: template(nonce, block(nonce)) };
  };
  return {
    entered: async (session) => page(await index(), (nonce) => sessionBlock(nonce, session, root) + where),
    resuming: async () => page(await index(), (nonce) => keepingScript(nonce) + where),
    rendered: async ({ html, status }, address, { seen, ...session }) => {
      const { readPage } = await import("./template.ts");
      const { template, isUnstyled } = readPage(html);
      const look = isUnstyled ? unstyledLook : "";
      const block = (nonce: string) =>
        `${sessionBlock(nonce, session, address)}${where}${look}<script nonce="${nonce}">${carryingScript(root, seen)}</script>`;
      return page(template, block, status);
    },
    carrying: () => page(carrying, () => ""),
    file: async (path, exchange) => {
      const found = directory === undefined ? undefined : await findFile(directory, path);
      if (found === undefined) return undefined;
      if (found.contentType.startsWith("text/html"))
        return page(await templates(found.file), (nonce) => keepingScript(nonce) + where);
      return answerFile(found, path, exchange, headers.ancestors);
    },
  };
}

/** Reads each page once, and again when it was built anew. */
function rememberTemplates(): (file: string) => Promise<PageTemplate> {
  const known = new Map<string, { readonly version: string; readonly template: PageTemplate }>();
  return async (file) => {
    const { mtimeMs, size } = await stat(file);
    const version = `${mtimeMs} ${size}`;
    const remembered = known.get(file);
    if (remembered?.version === version) return remembered.template;
    // Loaded when the first page of an author's is: no event needs it.
    const { readTemplate } = await import("./template.ts");
    const template = readTemplate(decodePage(await readFile(file)));
    known.set(file, { version, template });
    return template;
  };
}

/**
 * Hands the session over before anything of the author's runs or is loaded: the
 * token leaves the address and the history, and a reload finds the session in this
 * history entry.
 */
function sessionBlock(nonce: string, session: PageSession, address: string): string {
  const element = `<script nonce="${nonce}" type="application/json" id="annex-session">${jsonForScript(session)}</script>`;
  const script = `history.replaceState({ ...history.state, annexSession: JSON.parse(document.getElementById("annex-session").textContent).session }, "", ${jsonForScript(address)} + location.hash)`;
  return `${element}<script nonce="${nonce}">${script}</script>${keepingScript(nonce)}`;
}

/**
 * A link to a part of the page, and most routers, make history entries of their own, without the session: a reload
 * there, in a frame that may store nothing, found none. Such an entry gets it when it is come to, and before it is left.
 */
const keeping = `{
const session = history.state?.annexSession;
const isPlain = ${isPlainState};
const keep = () => {
  const { state } = history;
  if (session === undefined || !isPlain(state) || state?.annexSession !== undefined) return;
  history.replaceState({ ...state, annexSession: session }, "");
};
for (const name of ["popstate", "hashchange", "beforeunload"]) addEventListener(name, keep);
}`;

function keepingScript(nonce: string): string {
  return `<script nonce="${nonce}">${keeping}</script>`;
}
