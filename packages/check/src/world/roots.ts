/** What is asked inside a page about all of it: also of what stands in the open shadows of its elements. Runs in the browser. */

/** An expression: the document, and every open shadow root in it, each after the one that holds it. */
export const everyRoot = `(() => {
  const roots = [document];
  for (const root of roots) for (const { shadowRoot } of root.querySelectorAll("*")) if (shadowRoot !== null) roots.push(shadowRoot);
  return roots;
})()`;

/** An expression: all elements of the page that a selector names. */
export function everyElement(selector: string): string {
  return `${everyRoot}.flatMap((root) => [...root.querySelectorAll(${JSON.stringify(selector)})])`;
}

/** An expression: the words that somebody sees. What is not shown has no box, and no words. */
export const everyWord = `${everyRoot}.flatMap((root) => {
  const tops = root === document ? [document.body] : [...root.children];
  return tops.filter((top) => top !== null && (root === document || getComputedStyle(top).display !== "none")).map((top) => top.innerText ?? "");
}).join("\\n")`;

/** An expression: the page's markup, and after it that of each shadow. */
export const everyMarkup = `${everyRoot}.map((root) => root === document ? document.documentElement.outerHTML : root.innerHTML).join("\\n")`;

/** An expression: what has the focus, however deep in shadows it stands. */
export const focused = `(() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
})()`;
