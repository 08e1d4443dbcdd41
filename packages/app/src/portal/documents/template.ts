/**
 * Where in an author's HTML the framework's own parts belong. Read as a browser
 * reads it, by the standard's own algorithm: a script in a comment is none, one in
 * a template is, and a page without any has a place for the session all the same.
 */
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { escapeHtml } from "../../errors/escape.ts";

/**
 * A page as it is sent.
 *
 * @param nonce put on each script, so that the page's policy lets it run, and into a policy of the author's that names one.
 * @param block HTML that comes before anything of the author's can run or be loaded.
 */
export type PageTemplate = (nonce: string, block: string) => string;

/**
 * Reads a page once, for all times it is sent.
 *
 * @example
 * ```ts
 * readTemplate("<!-- <script> --><p>Hello")("n", "[block]"); // "[block]<!-- <script> --><p>Hello"
 * ```
 */
export function readTemplate(source: string): PageTemplate {
  return readPage(source).template;
}

/** As `readTemplate`, and whether nothing in the page says how it looks. */
export function readPage(source: string): { readonly template: PageTemplate; readonly isUnstyled: boolean } {
  // What the decoder of a browser takes away would be the first text of the body here.
  const html = source.replace(/^\uFEFF/, "");
  const document = parse(html, { sourceCodeLocationInfo: true });
  const beginning = beginningOf(document);
  const nonces = noncePlaces(document).filter(({ start }) => start > beginning);
  const places = nonces.toSorted((one, other) => one.start - other.start);
  const [head = "", ...parts] = pieces(html, [{ start: beginning, end: beginning }, ...places]);
  const [afterBlock = "", ...afterNonces] = parts;
  const template: PageTemplate = (nonce, block) =>
    [
      `${head}${block}${afterBlock}`,
      ...afterNonces.map((after, index) => `${places[index]?.write(nonce) ?? ""}${after}`),
    ].join("");
  return { template, isUnstyled: !elementsOf(document).some(saysHowItLooks) };
}

/** A style, a sheet of styles, a word on colours, or an attribute of the days before them. A script may bring some later. */
function saysHowItLooks(element: Element): boolean {
  if (element.nodeName === "style") return true;
  if (element.nodeName === "link") return /\bstylesheet\b/i.test(attributeOf(element, "rel"));
  if (element.nodeName === "meta") return attributeOf(element, "name").toLowerCase() === "color-scheme";
  const telling = element.nodeName === "body" ? [...coloursOfAny, ...coloursOfBody] : coloursOfAny;
  return element.attrs.some(({ name }) => telling.includes(name));
}

const coloursOfAny = ["style", "bgcolor", "color", "background"];
const coloursOfBody = ["text", "link", "vlink", "alink"];

type Node = DefaultTreeAdapterTypes.Node;

/** As early as a browser allows a script: where the head begins, also when no tag says so. */
function beginningOf(document: DefaultTreeAdapterTypes.Document): number {
  const html = childNamed(document, "html");
  const head = html !== undefined && "childNodes" in html ? childNamed(html, "head") : undefined;
  const doctype = childNamed(document, "#documentType");
  return startTagEnd(head) ?? startTagEnd(html) ?? doctype?.sourceCodeLocation?.endOffset ?? 0;
}

function childNamed(parent: DefaultTreeAdapterTypes.ParentNode, name: string): Node | undefined {
  return parent.childNodes.find((node) => node.nodeName === name);
}

function startTagEnd(node: Node | undefined): number | undefined {
  const location = node?.sourceCodeLocation;
  return location !== undefined && location !== null && "startTag" in location
    ? location.startTag?.endOffset
    : undefined;
}

/** A part of the source, which may be empty. */
type Place = { readonly start: number; readonly end: number };

/** A part of the source in whose place something with the nonce comes. */
type NoncePlace = Place & { readonly write: (nonce: string) => string };

type Element = DefaultTreeAdapterTypes.Element;

/**
 * Where the nonce belongs: on each script, of those in templates too. Where a policy of the author's names nonces, ours
 * takes their place there, and on those scripts alone that carried one of them: it lets no further script run.
 */
function noncePlaces(document: DefaultTreeAdapterTypes.Document): readonly NoncePlace[] {
  const elements = elementsOf(document);
  const policies = elements.filter(isPolicy);
  const named = policies.flatMap((meta) => [...attributeOf(meta, "content").matchAll(nonceSource)]);
  const trusted = new Set(named.map(([, nonce]) => nonce));
  const scripts = elements
    .filter(({ nodeName }) => nodeName === "script")
    .filter((script) => trusted.size === 0 || trusted.has(attributeOf(script, "nonce")));
  return [...scripts.map(onScript), ...policies.map(inPolicy)].filter((place) => place !== undefined);
}

/** All of them, those in templates too. */
function elementsOf(document: DefaultTreeAdapterTypes.Document): readonly Element[] {
  const found: Element[] = [];
  const left: Node[] = [document];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if ("childNodes" in node) left.push(...node.childNodes);
    if ("content" in node) left.push(node.content);
    if ("attrs" in node) found.push(node);
  }
  return found;
}

function attributeOf(element: Element, name: string): string {
  return element.attrs.find((attribute) => attribute.name === name)?.value ?? "";
}

/**
 * Behind `<script`, or in the place of one that the author has written, since a browser takes none from an element
 * that has two.
 */
function onScript(script: Element): NoncePlace | undefined {
  const location = script.sourceCodeLocation;
  if (location === undefined || location === null) return undefined;
  const behindName = location.startOffset + "<script".length;
  const own = attributePlace(script, "nonce");
  return { ...(own ?? { start: behindName, end: behindName }), write: (nonce) => ` nonce="${nonce}"` };
}

const nonceSource = /'nonce-([^']*)'/g;

function isPolicy(element: Element): boolean {
  const isMeta = element.nodeName === "meta";
  return isMeta && attributeOf(element, "http-equiv").toLowerCase() === "content-security-policy";
}

function inPolicy(meta: Element): NoncePlace | undefined {
  const place = attributePlace(meta, "content");
  const content = attributeOf(meta, "content");
  if (place === undefined || content.search(nonceSource) === -1) return undefined;
  return {
    ...place,
    write: (nonce) => ` content="${escapeHtml(content.replace(nonceSource, `'nonce-${nonce}'`))}"`,
  };
}

/** An attribute as it is written, with what parts it from what stands before it. */
function attributePlace(element: Element, name: string): Place | undefined {
  const location = element.sourceCodeLocation;
  const own =
    location !== undefined && location !== null && "attrs" in location ? location.attrs?.[name] : undefined;
  return own === undefined ? undefined : { start: own.startOffset - 1, end: own.endOffset };
}

/** The text around the places. */
function pieces(text: string, places: readonly Place[]): readonly string[] {
  const starts = [...places.map(({ start }) => start), text.length];
  return starts.map((start, index) => text.slice(places[index - 1]?.end ?? 0, start));
}
