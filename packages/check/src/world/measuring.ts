/** What is measured inside a page: sizes, texts, targets, focus, and what axe finds. Runs in the browser. */
import axe from "axe-core";
import type { Frame } from "./browser.ts";
import { everyElement, everyRoot, focused } from "./roots.ts";
import { pause, within } from "./time.ts";
import { noteLate } from "./trace.ts";

/** One finding of axe, by rule. */
export type Violation = { readonly id: string; readonly where: readonly string[] };

export type Measures = {
  readonly width: number;
  /** CSS pixels by which the page is wider than its frame. */
  readonly overflow: number;
  /** Visible texts with their size in CSS pixels, the smallest first. */
  readonly texts: readonly { readonly text: string; readonly size: number }[];
  /** Buttons that can be pressed, with their distance from the top. */
  readonly actions: readonly {
    readonly text: string;
    readonly top: number;
    readonly bottom: number;
    /** Whether something else lies over its middle. */
    readonly covered: boolean;
  }[];
  readonly height: number;
};

const measure = `(() => {
  const seen = (element) => {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return style.visibility !== "hidden" && style.display !== "none" && Number(style.opacity) > 0 && box.width > 1 && box.height > 1;
  };
  const texts = [];
  for (const root of ${everyRoot}) {
    const walker = document.createTreeWalker(root === document ? document.body : root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.replace(/\\s+/g, " ").trim();
      const parent = walker.currentNode.parentElement ?? root.host ?? null;
      if (text === "" || parent === null || !seen(parent) || parent.closest("script,style,svg,[aria-hidden=true]")) continue;
      texts.push({ text: text.slice(0, 60), size: Number.parseFloat(getComputedStyle(parent).fontSize) });
    }
  }
  texts.sort((left, right) => left.size - right.size);
  const actions = ${everyElement("button,input[type=submit],[role=button],a[href]")}
    .filter((element) => seen(element) && !element.disabled)
    .map((element) => {
      const box = element.getBoundingClientRect();
      const above = element.getRootNode().elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      const covered = above !== null && !element.contains(above) && !above.contains(element) && above.closest("label")?.control !== element;
      return { text: (element.textContent || element.value || "").trim().slice(0, 40), top: box.top + scrollY, bottom: box.bottom + scrollY, covered };
    });
  const root = document.scrollingElement ?? document.documentElement;
  return { width: innerWidth, height: innerHeight, overflow: Math.max(0, root.scrollWidth - root.clientWidth), texts: texts.slice(0, 40), actions };
})()`;

/** A page that is so large, or so busy with itself, that this takes longer in it, is not waited for. */
const longestMeasuring = 15_000;

async function inTime<Result>(measuring: Promise<Result>): Promise<Result | undefined> {
  const measured = await within(longestMeasuring, measuring);
  if (measured === undefined) noteLate("a page that can be measured");
  return measured;
}

/** Measures the app's frame as it is now. @returns `undefined` where the page can't be read in time. */
export async function measurePage(frame: Frame): Promise<Measures | undefined> {
  const measured = frame.inner()?.evaluate(measure) as Promise<Measures> | undefined;
  return measured === undefined ? undefined : inTime(measured);
}

/**
 * What moves comes to its end, since a colour on its way is nobody's choice. What never ends stays: that is how the page
 * looks. Twice, for what begins when something ends.
 */
const endMotion = `(async () => {
  for (let round = 0; round < 2; round += 1) {
    for (const motion of document.getAnimations())
      if (Number.isFinite(Number(motion.effect?.getComputedTiming().endTime))) motion.finish();
    await new Promise((done) => setTimeout(done));
  }
})()`;

/** What axe finds by WCAG 2.2 AA in a page whose transitions are over. */
export async function auditPage(frame: Frame): Promise<readonly Violation[] | undefined> {
  return inTime(audited(frame));
}

async function audited(frame: Frame): Promise<readonly Violation[] | undefined> {
  const inner = frame.inner();
  if (inner === undefined) return undefined;
  const run = `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"], preload: { assets: ["media"] } }).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ target, failureSummary }) => target.join(" ") + ": " + String(failureSummary).replace(/\\s+/g, " ")) })))`;
  try {
    // Evaluated rather than added as a script element, which a page's own policy rightly refuses.
    await inner.evaluate(axe.source);
    await Promise.race([inner.evaluate(endMotion), pause(5000)]);
    return (await Promise.race([inner.evaluate(run), pause(20_000)])) as readonly Violation[] | undefined;
  } catch {
    return undefined;
  }
}

/** What the keyboard reaches. */
export type Reached = {
  /** What can be pressed or filled, each by a number. */
  readonly all: readonly { readonly name: string; readonly place: number }[];
  readonly reached: readonly number[];
  /** Reached without any visible sign of it. */
  readonly unseen: readonly string[];
  /** What a pointer can press and the tabulator leaves out on purpose, where nothing else moves the focus there. */
  readonly leftOut: readonly string[];
  /** What had the focus when the page put something else in its place, by itself. */
  readonly lost: string | undefined;
};

/** Less of it nobody sees. */
const leastContrast = 1.2;

/** Colours as a browser computes them; nothing is said of others, or of what lies on a picture. */
const readColours = `
  const colourOf = (text) => {
    const numbers = /^rgba?\\(([^)]+)\\)$/.exec(text)?.[1].split(/[\\s,/]+/).map(Number);
    return numbers === undefined || numbers.some(Number.isNaN) ? undefined : [...numbers, 1].slice(0, 4);
  };
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
      const style = getComputedStyle(at);
      const colour = colourOf(style.backgroundColor);
      if (style.backgroundImage !== "none" || colour === undefined || (colour[3] > 0 && colour[3] < 1)) return undefined;
      if (colour[3] === 1) return colour;
    }
    return [255, 255, 255, 1];
  };
  const lightness = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [dark, light] = [lightness(one), lightness(other)].sort((left, right) => left - right);
    return (light + 0.05) / (dark + 0.05);
  };`;

const prepare = `(() => {
  const ring = (element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle === "none" ? "" : style.outlineStyle + style.outlineWidth + style.outlineColor;
  };
  const look = (element) => {
    const style = getComputedStyle(element ?? document.body);
    return element === null ? "" : [style.boxShadow, style.borderColor, style.borderWidth, style.backgroundColor, style.color, style.textDecorationLine, style.transform].join("|");
  };
  const parents = (element) => [element.parentElement, element.parentElement?.parentElement ?? null].filter((one) => one !== null);
  const beside = (element) => [look(element), ...parents(element).map((one) => look(one) + ring(one))].join("/");
  const around = (element) => beside(element) + ring(element);
  ${readColours}
  const isFaint = (element) => {
    const style = getComputedStyle(element);
    // The browser's own ring has two colours, one of which stands out from any ground; only one of them is told.
    if (style.outlineStyle === "auto") return false;
    const ground = groundOf(Number.parseFloat(style.outlineOffset) < 0 ? element : (element.parentElement ?? element.getRootNode().host));
    const colour = colourOf(style.outlineColor);
    return colour !== undefined && ground !== undefined && (colour[3] === 0 || contrast(colour, ground) < ${leastContrast});
  };
  const shown = (element) => { const box = element.getBoundingClientRect(); return box.width > 1 && box.height > 1 && getComputedStyle(element).visibility !== "hidden"; };
  const pressable = () => ${everyElement("button,a[href],input:not([type=hidden]):not([type=radio]),select,textarea,summary,[role=button],[onclick]")}.filter((element) => shown(element) && !element.disabled && (element.tabIndex >= 0 || !/^(BUTTON|A|INPUT|SELECT|TEXTAREA)$/.test(element.tagName)));
  const all = pressable();
  window.__annexCheck = { all, before: all.map(around), besideBefore: all.map(beside), around, beside, isFaint, pressable };
  return all.map((element, place) => ({ name: (element.textContent || element.name || element.tagName).trim().slice(0, 40), place }));
})()`;

const readFocus = `(() => {
  const { all, before, besideBefore, around, beside, isFaint } = window.__annexCheck;
  const element = ${focused};
  const place = all.indexOf(element);
  const isUnseen = place >= 0 && (around(element) === before[place] || (beside(element) === besideBefore[place] && isFaint(element)));
  return { place, unseen: isUnseen ? (element.textContent || element.name || element.tagName).trim().slice(0, 40) : null };
})()`;

/** Within these the arrows move the focus. */
const movedByArrows = [
  "toolbar",
  "tablist",
  "menu",
  "menubar",
  "listbox",
  "grid",
  "treegrid",
  "tree",
  "radiogroup",
  "combobox",
]
  .map((role) => `[role=${role}]`)
  .join(",");

/** What does the same as something that is reached is no loss. */
const readLeftOut = `(() => {
  const { all } = window.__annexCheck;
  const nameOf = (element) => (element.getAttribute("aria-label") || element.textContent || element.value || "").trim();
  const names = new Set(all.map(nameOf));
  return ${everyElement("button,a[href],input[type=submit]")}
    .filter((element) => { const box = element.getBoundingClientRect(); return element.tabIndex < 0 && !element.disabled && box.width > 1 && box.height > 1 && getComputedStyle(element).visibility !== "hidden"; })
    .filter((element) => element.closest("${movedByArrows},[aria-hidden=true],[inert]") === null)
    .map(nameOf)
    .filter((name) => name !== "" && !names.has(name))
    .map((name) => name.slice(0, 40));
})()`;

/** A field rather than a button: there what was typed goes too. */
const focusOne = `(() => {
  const all = window.__annexCheck.pressable();
  const element = all.find((one) => /^(INPUT|TEXTAREA)$/.test(one.tagName)) ?? all[0];
  element?.focus();
  window.__annexCheck.focused = ${focused} === element ? element : undefined;
})()`;

const readLost = `(() => {
  const element = window.__annexCheck.focused;
  return element === undefined || element.isConnected || document.activeElement !== document.body ? null : (element.textContent || element.name || element.tagName).trim().slice(0, 40);
})()`;

/** What asks for news does so within a second or two. */
const untilNews = 1500;
const mostTabs = 60;

/** What had the focus and is gone with it; nothing where the page itself went elsewhere. */
async function focusLost(inner: NonNullable<ReturnType<Frame["inner"]>>): Promise<string | undefined> {
  try {
    await inner.evaluate(focusOne);
    await pause(untilNews);
    return ((await inner.evaluate(readLost)) as string | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Presses the tabulator through the page. */
export async function tabThrough(frame: Frame): Promise<Reached | undefined> {
  return inTime(tabbed(frame));
}

async function tabbed(frame: Frame): Promise<Reached | undefined> {
  const inner = frame.inner();
  if (inner === undefined) return undefined;
  try {
    const all = (await inner.evaluate(prepare)) as Reached["all"];
    const reached = new Set<number>();
    const unseen = new Set<string>();
    for (let count = 0; count < Math.min(mostTabs, all.length * 2 + 6); count += 1) {
      await frame.page.keyboard.press("Tab");
      await pause(30);
      const focus = (await inner.evaluate(readFocus)) as { place: number; unseen: string | null };
      if (focus.place >= 0) reached.add(focus.place);
      if (focus.unseen !== null) unseen.add(focus.unseen);
    }
    const leftOut = (await inner.evaluate(readLeftOut)) as readonly string[];
    const lost = await focusLost(inner);
    return {
      all: all.slice(0, mostTabs),
      reached: [...reached],
      unseen: [...unseen],
      leftOut,
      lost,
    };
  } catch {
    return undefined;
  }
}
