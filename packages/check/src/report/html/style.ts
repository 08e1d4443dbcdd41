/** The page's look, in both colour schemes. */
export const style = `
:root{color-scheme:light dark;--text:#1b1f24;--soft:#57606a;--page:#fff;--card:#f6f8fa;--line:#d0d7de;--link:#0550ae;--bad:#a40e26;--doubt:#7a4b00;--good:#116329}
@media (prefers-color-scheme:dark){:root{--text:#e6edf3;--soft:#9da7b3;--page:#0d1117;--card:#161b22;--line:#30363d;--link:#79b8ff;--bad:#ff8f89;--doubt:#e3b341;--good:#57d36d}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.55 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:2rem 1rem 4rem}
a{color:var(--link)}
header{border-left:.4rem solid var(--good);padding:.2rem 0 .2rem 1rem}
header.bad{border-color:var(--bad)}header.doubt{border-color:var(--doubt)}
h1{font-size:1.9rem;line-height:1.25;margin:.2rem 0}
h2{font-size:1.3rem;margin:2.2rem 0 .8rem}
h3{font-size:1.1rem;margin:0}
.what,.figures,.tags{color:var(--soft);margin:.2rem 0;font-variant-numeric:tabular-nums}
.first li{margin:.9rem 0}.first p{margin:.2rem 0}
article,.line{border:1px solid var(--line);background:var(--card);border-radius:.5rem;padding:1rem;margin:.8rem 0}
.line{padding:.5rem 1rem;margin:.4rem 0}
.tag{font-weight:600}.tag.fail{color:var(--bad)}.tag.warning{color:var(--doubt)}
.evidence{overflow-wrap:anywhere}ul.evidence{padding-left:1.2rem}
summary{cursor:pointer;min-height:1.6rem}
code,.wire{font-family:ui-monospace,monospace;font-size:.85rem}
.wire{padding-left:2.6rem;overflow-wrap:anywhere}
.wire li{margin:.25rem 0}
blockquote{margin:.5rem 0;padding-left:.8rem;border-left:.2rem solid var(--line);color:var(--soft)}
.untested{padding-left:1.2rem}.untested li{margin:.4rem 0}
.pictures{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;max-width:100%}
img{max-width:100%;max-height:30rem;border:1px solid var(--line)}figcaption{color:var(--soft);font-size:.85rem}
:focus-visible{outline:.15rem solid var(--link);outline-offset:.1rem}
`;
