/** The documents of the portal: the app's page with and without a session, and what lies beside it. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { jsonForScript } from "../errors/escape.ts";
import type { Answer, AnyAnswer, Exchange } from "../exchange.ts";
import type { AppManifest } from "../manifest.ts";
import { defaultPage } from "./default-page.ts";
import { answerFile, findFile } from "./files.ts";
import { type DocumentHeaders, newNonce } from "./headers.ts";
import type { PageTemplate } from "./template.ts";

/** What a page is handed: the session of its tab. */
export type PageSession = { readonly session: string; readonly expires_at: string };

export type Pages = {
  /** The page with a session for this tab in it. */
  entered(session: PageSession): Promise<Answer>;
  /** The page without one: it resumes what the tab remembers, or says how to launch. */
  resuming(): Promise<Answer>;
  /** A file of the author's at a path below `/portal`; `undefined` when there is none. */
  file(path: string, exchange: Exchange): Promise<AnyAnswer | undefined>;
};

/**
 * @param root path of the portal, without a slash at its end.
 * @param directory of a built page; without one a plain page is served.
 */
export function createPages(
  root: string,
  directory: string | undefined,
  manifest: AppManifest,
  headers: DocumentHeaders,
): Pages {
  const templates = rememberTemplates();
  const plain = defaultPage(root, manifest);
  const index = async () => (directory === undefined ? plain : templates(join(directory, "index.html")));
  const page = async (template: PageTemplate, block: (nonce: string) => string): Promise<Answer> => {
    const nonce = newNonce();
    return { status: 200, headers: headers.page(nonce), body: template(nonce, block(nonce)) };
  };
  return {
    entered: async (session) => page(await index(), (nonce) => sessionBlock(nonce, session, root)),
    resuming: async () => page(await index(), () => ""),
    file: async (path, exchange) => {
      const found = directory === undefined ? undefined : await findFile(directory, path);
      if (found === undefined) return undefined;
      if (found.contentType.startsWith("text/html")) return page(await templates(found.file), () => "");
      return answerFile(found, path, exchange);
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
    const template = readTemplate(await readFile(file, "utf8"));
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
  const script = `history.replaceState({ ...history.state, annexSession: JSON.parse(document.getElementById("annex-session").textContent).session }, "", ${jsonForScript(address)})`;
  return `${element}<script nonce="${nonce}">${script}</script>`;
}
