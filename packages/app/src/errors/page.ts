/**
 * The page of an error state: what happened, what to do next, and the reference
 * under which the log has the rest. One document without a script or an asset,
 * readable from 412 px to full screen, in dark and in light. Contract section 10.
 */
import { describeErrorState, type ErrorStateCode, errorStateCodes } from "@annex/protocol/words";
import type { AppError } from "./app-error.ts";
import { escapeHtml } from "./escape.ts";

export type ErrorPageParts = {
  readonly appName: string;
  readonly error: AppError;
  readonly reference: string;
  /** For its one style element. */
  readonly nonce: string;
};

/** The HTML of an error page. */
export function renderErrorPage(parts: ErrorPageParts): string {
  const { appName, error, reference, nonce } = parts;
  const title = titleOf(error);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>${escapeHtml(title)} · ${escapeHtml(appName)}</title>
<style nonce="${nonce}">${plainStyle}</style>
</head>
<body>
<main>
<p class="app">${escapeHtml(appName)}</p>
<h1>${escapeHtml(title)}</h1>
<h2>What happened</h2>
<p>${escapeHtml(error.whatHappened)}</p>
<h2>What you can do</h2>
<p>${escapeHtml(error.whatToDo)}</p>
<p class="reference">Code <code>${escapeHtml(error.code)}</code> · Reference <code>${escapeHtml(reference)}</code></p>
</main>
</body>
</html>
`;
}

function titleOf(error: AppError): string {
  const known = (errorStateCodes as readonly string[]).includes(error.code);
  if (!known) return "This did not work";
  const { provider } = error.details;
  return describeErrorState(error.code as ErrorStateCode, { provider }).title;
}

/** Contrast of all text is at least 7:1 in both schemes. */
export const plainStyle = `
:root{color-scheme:dark light;--paper:#14161a;--card:#1d2026;--line:#3a3f4a;--ink:#f2f4f8;--soft:#c3c8d2}
@media (prefers-color-scheme:light){:root{--paper:#f4f5f7;--card:#fff;--line:#c9ced8;--ink:#14161a;--soft:#3d434e}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px 16px;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{width:100%;max-width:560px;padding:28px 24px;background:var(--card);border:1px solid var(--line);border-radius:12px;overflow-wrap:anywhere}
.app{margin:0 0 4px;color:var(--soft);font-size:14px}
h1{margin:0 0 20px;font-size:24px;line-height:1.25}
h2{margin:20px 0 4px;font-size:14px;color:var(--soft);font-weight:600}
p,ul{margin:0}
ul{padding-left:20px}
.reference{margin-top:28px;padding-top:16px;border-top:1px solid var(--line);color:var(--soft);font-size:14px}
code{font:13px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
`;
