/**
 * The look of a page of the author's HTML that says nothing of its own: in both colour schemes, from 412 pixels on, with
 * buttons and fields that a finger hits. Nothing in it outweighs a rule that a script of the page brings later, be it in
 * a layer: this one was there first.
 */
export const unstyledLook = `<style>@layer annex{
:where(:root){color-scheme:light dark;-webkit-text-size-adjust:100%}
:where(*){box-sizing:border-box}
:where(body){max-width:72rem;margin:0 auto;padding:16px;font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
:where(h1){margin:0 0 16px;font-size:24px;line-height:1.25}
:where(nav){display:flex;flex-wrap:wrap;gap:0 20px;margin:0 0 16px}
:where(nav a,li>a:only-child){display:inline-flex;align-items:center;min-height:44px}
:where(form){margin:0 0 20px}
:where(label){display:block;margin:0 0 12px}
:where(button,select,textarea,input:not([type=checkbox],[type=radio])){max-width:100%;min-height:44px;padding:8px 12px;font:inherit}
:where(input[type=checkbox],input[type=radio]){width:24px;height:24px;vertical-align:middle}
:where(table){border-collapse:collapse;font-variant-numeric:tabular-nums}
:where(th,td){padding:8px 12px 8px 0;text-align:start;vertical-align:top;hyphens:auto}
:where(th){overflow-wrap:normal}
@media (max-width:600px){:where(table){font-size:14px}}
}</style>`;
