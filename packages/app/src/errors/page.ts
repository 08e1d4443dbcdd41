/**
 * The page of an error state: what happened, what to do next, and the reference
 * under which the log has the rest. One document without an asset, and without a
 * script unless it is handed one; readable from 412 px to full screen, in dark and in light. Contract section 10.
 */
import { describeErrorState } from "@annex/protocol/words";
import type { AppError } from "./app-error.ts";
import { escapeHtml } from "./escape.ts";
import { plainDocument } from "./plain-document.ts";

export type ErrorPageParts = {
  readonly appName: string;
  readonly error: AppError;
  readonly reference: string;
  /** For its one style element, and the script. */
  readonly nonce: string;
  readonly script?: string | undefined;
};

/** The HTML of an error page. */
export function renderErrorPage(parts: ErrorPageParts): string {
  const { appName, error, reference, nonce, script } = parts;
  const title = titleOf(error);
  return plainDocument({
    title: `${title} · ${appName}`,
    nonce,
    before: script === undefined ? "" : `<script nonce="${nonce}">${script}</script>`,
    main: `<p class="app">${escapeHtml(appName)}</p>
<h1>${escapeHtml(title)}</h1>
<h2>What happened</h2>
<p>${escapeHtml(error.whatHappened)}</p>
<h2>What you can do</h2>
<p>${escapeHtml(error.whatToDo)}</p>
<p class="reference">Code <code>${escapeHtml(error.code)}</code> · Reference <code>${escapeHtml(reference)}</code></p>`,
  });
}

function titleOf(error: AppError): string {
  if (error.state === undefined) return "This did not work";
  const { provider } = error.details;
  return describeErrorState(error.state, { provider }).title;
}
