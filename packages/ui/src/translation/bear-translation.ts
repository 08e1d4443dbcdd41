/**
 * Bears a browser's translation. A translator puts each text into elements of its own (`<font>`) and takes the page's
 * text node away; React, which holds on to that node, then fails when it wants to remove it or to put something before
 * it, and the whole page goes. Here the translator's element stands in for the text it replaced: it is removed in its
 * place, and a text that changes comes back in place of its old translation, so that no figure on the page is stale.
 */

type Watched = Pick<typeof globalThis, "MutationObserver" | "Node">;

/**
 * Makes removing and inserting in a document bear what a translator did to it.
 *
 * @param page the window whose document may be translated
 * @returns ends it
 * @example
 * ```ts
 * bearTranslation(window);
 * ```
 */
export function bearTranslation(page: Window & Watched): () => void {
  const translations = new WeakMap<Node, Element>();
  const remember = (records: readonly MutationRecord[]) => {
    for (const record of records) takeIn(record, translations, texts);
  };
  const texts = new page.MutationObserver((records) => {
    for (const { target } of records) showAgain(target, translations);
  });
  const observer = new page.MutationObserver(remember);
  observer.observe(page.document, { childList: true, subtree: true });
  const restore = standIn(page.Node.prototype, (node, parent) => {
    remember(observer.takeRecords());
    return placeOf(node, parent, translations);
  });
  return () => {
    observer.disconnect();
    texts.disconnect();
    restore();
  };
}

function isTranslation(node: Node | null | undefined): node is Element {
  return node?.nodeName === "FONT";
}

/** Notes which element took a text's place, and watches the text from then on. */
function takeIn(record: MutationRecord, translations: WeakMap<Node, Element>, texts: MutationObserver): void {
  for (const removed of record.removedNodes) {
    if (removed.nodeName !== "#text" || removed.isConnected) continue;
    const wrapper = [...record.addedNodes, record.previousSibling, record.nextSibling].find(isTranslation);
    if (wrapper === undefined) continue;
    translations.set(removed, wrapper);
    texts.observe(removed, { characterData: true });
  }
}

/** A text that changed while a translation stood in its place comes back; the translator may take it again. */
function showAgain(text: Node, translations: WeakMap<Node, Element>): void {
  const wrapper = translations.get(text);
  if (wrapper?.parentNode === null || wrapper === undefined || text.isConnected) return;
  translations.delete(text);
  wrapper.parentNode.replaceChild(text, wrapper);
}

/** The child of a parent that stands where a node is meant to: the node, its translation, or what it lies in. */
function placeOf(node: Node, parent: Node, translations: WeakMap<Node, Element>): Node | undefined {
  let place: Node | null = translations.get(node) ?? node;
  while (place !== null && place.parentNode !== parent) place = place.parentNode;
  return place ?? undefined;
}

type FindPlace = (node: Node, parent: Node) => Node | undefined;

function standIn(prototype: Node, find: FindPlace): () => void {
  const { removeChild, insertBefore } = prototype;
  prototype.removeChild = function removed<Child extends Node>(this: Node, child: Child): Child {
    const place = child.parentNode === this ? child : find(child, this);
    if (place !== undefined) removeChild.call(this, place);
    return child;
  };
  prototype.insertBefore = function inserted<Child extends Node>(
    this: Node,
    child: Child,
    before: Node | null,
  ): Child {
    const direct = before === null || before.parentNode === this;
    insertBefore.call(this, child, direct ? before : (find(before, this) ?? null));
    return child;
  };
  return () => Object.assign(prototype, { removeChild, insertBefore });
}
