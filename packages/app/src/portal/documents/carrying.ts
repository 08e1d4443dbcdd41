/** Scripts and the page that carry a session from one server-rendered page to the next; see carried-session.ts. */
import { askingCallHeader, concludedCallHeader, isPlainState, nameOfCall } from "@annex/protocol/words";
import { jsonForScript } from "../../errors/escape.ts";
import { plainDocument } from "../../errors/plain-document.ts";
import { carriedFields } from "./carried-session.ts";
import type { PageTemplate } from "./template.ts";

const { session, method, key } = carriedFields;

/**
 * The page that stands where a server-rendered page is asked for without a
 * session, after a launch or a reload. Holds nothing: it asks again with the tab's
 * session, or says how to launch.
 */
export function carryingPage(appName: string): PageTemplate {
  return (nonce, block) =>
    plainDocument({
      title: appName,
      before: block,
      main: `<div id="none" hidden><h1>There is no session here</h1>
<p>Launch the app from the Apps library in the dashboard.</p></div>`,
      after: `<script nonce="${nonce}">${askAgain}</script>\n`,
    });
}

const addFields = `
// Not looked up when it is needed: a script of the author's may have put something else into the entry.
const held = history.state?.annexSession;
const add = (form, fields) => {
  for (const [name, value] of Object.entries(fields)) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    form.append(field);
  }
};
const load = (address) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action: address, hidden: true });
  add(form, { ${session}: held, ${method}: "get" });
  document.body.append(form);
  form.submit();
};
`;

const askAgain = `{${addFields}
if (held === undefined) document.getElementById("none").hidden = false;
else load(location.href);
}`;

/** A form that is still there after this time was answered without a new page, so the next press is another one. */
const samePressMilliseconds = 60_000;
/**
 * Pauses before a page that was not left asks whether its press is over: pressed again within the first it was a double
 * press, and what takes longer than all of them is the same press for as long as any other that was not heard of.
 */
const fileAskedAfterMilliseconds = [1000, 3000, 10_000, 30_000];
/** A page that was left, and whose answer was not seen, keeps its press so long. */
const unansweredMilliseconds = 60 * 60_000;

const seenParts = `
const now = () => performance.timeOrigin + performance.now();
const isOfThisHour = (at) => Math.abs(now() - at) < ${unansweredMilliseconds};
// By the key, when its answer was seen; the kit writes the same. Where a frame may store nothing, nothing is seen.
const marks = () => Object.entries(sessionStorage).filter(([name]) => name.startsWith("annex.seen."));
const markSeen = (made) => {
  try {
    for (const [name, at] of marks()) if (!isOfThisHour(Number(at))) sessionStorage.removeItem(name);
    sessionStorage.setItem("annex.seen." + made, String(now()));
  } catch {}
};
`;

/**
 * What a page gets that answers a form without being one of the app's own, such as one that says why it was refused:
 * gone back from, the same form is another press.
 *
 * @param seen key of the press that this page answers.
 */
export function seenScript(seen: string): string {
  return `{${seenParts}
markSeen(${jsonForScript(seen)});
}`;
}

/**
 * What a server-rendered page gets besides its own: links below the portal are
 * loaded with the session, and its forms are sent with it.
 *
 * @param root path of the portal.
 * @param seen key of the press that this page answers.
 */
export function carryingScript(root: string, seen: string | undefined): string {
  return `{${addFields}
const root = ${jsonForScript(root)};
const isOurs = (address) => address.origin === location.origin && (address.pathname + "/").startsWith(root + "/");
addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if ((link.target !== "" && link.target !== "_self") || link.hasAttribute("download")) return;
  const address = new URL(link.href);
  const isAnchor = address.hash !== "" && address.href.split("#")[0] === location.href.split("#")[0];
  if (!isOurs(address) || isAnchor) return;
  event.preventDefault();
  load(address.href);
});
const said = (event, name) => event.submitter?.getAttribute("form" + name) ?? event.target.getAttribute(name) ?? "";
const forget = () => {
  for (const field of document.querySelectorAll('input[name="${session}"],input[name="${key}"]')) field.remove();
};
const nameOf = ${nameOfCall};
const isPlain = ${isPlainState};
${seenParts}
const isSeen = (made) => {
  try {
    return sessionStorage.getItem("annex.seen." + made) !== null;
  } catch {
    return false;
  }
};
${seen === undefined ? "" : `markSeen(${jsonForScript(seen)});`}
// The entry, and not only this page: a reload in the middle, or going back from what never came, leads here again.
let made = {};
// What is not from here is of a page that was left: a browser keeps nothing that is written while that happens.
const pressedHere = new Set();
const presses = () => ({ ...(isPlain(history.state) ? history.state?.annexPresses : {}), ...made });
const keep = (all) => {
  made = Object.fromEntries(Object.entries(all).filter(([, press]) => isOfThisHour(press.at)).slice(-200));
  if (!isPlain(history.state)) return;
  try {
    history.replaceState({ ...history.state, annexPresses: made }, "");
  } catch {} // Too often for this browser; the page itself remembers.
};
// Sent again as it was, such as by a double press or while the answer is awaited, it is the same press.
const pressOf = (form, address, submitter) => {
  forget();
  const name = nameOf(address + "\\n" + new URLSearchParams(new FormData(form, submitter)));
  const known = presses()[name];
  const lasts = pressedHere.has(name) ? ${samePressMilliseconds} : ${unansweredMilliseconds};
  if (known !== undefined && now() - known.at < lasts && !isSeen(known.key)) return known.key;
  const fresh = crypto.getRandomValues(new Uint32Array(4)).join("-");
  pressedHere.add(name);
  keep({ ...presses(), [name]: { key: fresh, at: now() } });
  return fresh;
};
// A file that is answered leaves this page where it is, and no other says that it came. The app is asked whether the
// press is over, which carries nothing out: then the next one is another.
const endWithFile = async (address, body, made) => {
  for (const pause of ${JSON.stringify(fileAskedAfterMilliseconds)}) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      const answer = await fetch(address, { method: "post", body, headers: { "${askingCallHeader}": "1" } });
      if (!answer.headers.has("${concludedCallHeader}")) continue;
      return keep(Object.fromEntries(Object.entries(presses()).filter(([, press]) => press.key !== made)));
    } catch {} // It is not known: the same press as before.
  }
};
addEventListener("submit", (event) => {
  const form = event.target;
  const address = new URL(said(event, "action"), location.href);
  if (event.defaultPrevented || !isOurs(address)) return;
  if (said(event, "method").toLowerCase() === "post") {
    const ${key} = pressOf(form, address.href, event.submitter);
    add(form, { ${session}: held, ${key} });
    void endWithFile(address.href, new URLSearchParams(new FormData(form, event.submitter)), ${key});
    return;
  }
  event.preventDefault();
  address.search = new URLSearchParams(new FormData(form, event.submitter)).toString();
  load(address.href);
});
addEventListener("pageshow", () => {
  forget();
  pressedHere.clear();
});
}`;
}
