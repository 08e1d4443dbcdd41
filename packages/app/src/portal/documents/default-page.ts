import { escapeHtml } from "../../errors/escape.ts";
import { plainDocument } from "../../errors/plain-document.ts";
import type { AppManifest } from "../../manifest/index.ts";
import type { PageTemplate } from "./template.ts";

/**
 * The page of an app that brings none of its own: says where it is installed and
 * what it may do, from the same calls a built page makes.
 */
export function defaultPage(root: string, manifest: AppManifest): PageTemplate {
  return (nonce, block) =>
    plainDocument({
      title: manifest.name,
      before: block,
      main: `<p class="app">${escapeHtml(manifest.developer)}</p>
<h1>${escapeHtml(manifest.name)}</h1>
<p>${escapeHtml(manifest.description)}</p>
<div id="state" role="status"></div>`,
      after: `<script nonce="${nonce}" type="module" data-root="${escapeHtml(root)}">${pageScript}</script>
`,
    });
}

// The session lives in this history entry: it survives a reload and belongs to this frame alone.
const pageScript = `
document.getElementById("annex-session")?.remove();
const session = history.state?.annexSession;
const state = document.getElementById("state");
function show(tag, text, parent = state) {
  const element = document.createElement(tag);
  element.textContent = text;
  parent.append(element);
  return element;
}
const answer = await fetch(document.querySelector("[data-root]").dataset.root + "/api/session", {
  credentials: "omit",
  headers: { accept: "application/json", ...(session === undefined ? {} : { authorization: "Bearer " + session }) },
});
const body = await answer.json();
if (answer.ok) {
  show("h2", "Installed in");
  show("p", body.instance_id);
  show("h2", "Permissions");
  const list = show("ul", "");
  for (const permission of body.permissions) {
    show("li", permission.scope + (permission.granted ? " (granted)" : " (not granted)"), list);
  }
} else {
  show("h2", "What happened");
  show("p", body.error);
  show("h2", "What you can do");
  show("p", body.next);
  show("p", "Reference " + body.reference).className = "reference";
}
`;
