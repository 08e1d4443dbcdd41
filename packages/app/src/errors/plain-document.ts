import { escapeHtml } from "./escape.ts";

/** A page of the framework itself: one document, one style element, one column. */
export type PlainDocument = {
  readonly title: string;
  /** For its one style element, where the page's policy asks for one. */
  readonly nonce?: string;
  /** HTML at the beginning of the head. */
  readonly before?: string;
  /** HTML of the one column. */
  readonly main: string;
  /** HTML behind it. */
  readonly after?: string;
};

/** The HTML of such a page, readable from 412 px to full screen, in dark and in light. */
export function plainDocument({ title, nonce, before = "", main, after = "" }: PlainDocument): string {
  return `<!doctype html>
<html lang="en">
<head>
${before}<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>${escapeHtml(title)}</title>
<style${nonce === undefined ? "" : ` nonce="${nonce}"`}>${plainStyle}</style>
</head>
<body>
<main>
${main}
</main>
${after}</body>
</html>
`;
}

/** Contrast of all text is at least 7:1 in both schemes. */
const plainStyle = `
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
