/**
 * Where in an author's HTML the framework's own parts belong. Read as a browser
 * reads it, by the standard's own algorithm: a script in a comment is none, one in
 * a template is, and a page without any has a place for the session all the same.
 */
import { type DefaultTreeAdapterTypes, parse } from "parse5";

/**
 * A page as it is sent.
 *
 * @param nonce put on each script, so that the page's policy lets it run.
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
  // What the decoder of a browser takes away would be the first text of the body here.
  const html = source.replace(/^\uFEFF/, "");
  const document = parse(html, { sourceCodeLocationInfo: true });
  const beginning = beginningOf(document);
  const nonces = noncePlaces(document).filter(({ start }) => start > beginning);
  const places = [
    { start: beginning, end: beginning },
    ...nonces.toSorted((one, other) => one.start - other.start),
  ];
  const [head = "", ...parts] = pieces(html, places);
  const [afterBlock = "", ...afterScripts] = parts;
  return (nonce, block) => {
    const attribute = ` nonce="${nonce}"`;
    return [`${head}${block}${afterBlock}`, ...afterScripts].join(attribute);
  };
}

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

/**
 * Where the nonce of each script belongs, of those in templates too: behind `<script`, or in the place of one that the
 * author has written, since a browser takes none from an element that has two.
 */
function noncePlaces(document: DefaultTreeAdapterTypes.Document): readonly Place[] {
  const places: Place[] = [];
  const left: Node[] = [document];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if ("childNodes" in node) left.push(...node.childNodes);
    if ("content" in node) left.push(node.content);
    const location = node.nodeName === "script" ? node.sourceCodeLocation : undefined;
    if (location === undefined || location === null) continue;
    const own = "attrs" in location ? location.attrs?.["nonce"] : undefined;
    const behindName = location.startOffset + "<script".length;
    // What parts it from what stands before it goes with it.
    places.push(
      own === undefined
        ? { start: behindName, end: behindName }
        : { start: own.startOffset - 1, end: own.endOffset },
    );
  }
  return places;
}

/** The text around the places. */
function pieces(text: string, places: readonly Place[]): readonly string[] {
  const starts = [...places.map(({ start }) => start), text.length];
  return starts.map((start, index) => text.slice(places[index - 1]?.end ?? 0, start));
}
