/** Marks of a tenant's records: texts, ids and amounts that stand in one ledger and nowhere else. */

/** Whether one of the marks stands in a text. */
export function holdsAny(text: string, marks: readonly string[]): boolean {
  return marks.some((mark) => text.includes(mark));
}

/** What a call asks for. */
type Asked = { readonly url: string; readonly requestBody: string };
const recordId = /^(?:ldg|idt|bln|txn)_/;

/** The first mark that an answer tells. The id of a record that the call itself names is said again by honest refusals. */
export function toldIn(
  text: string,
  { url, requestBody }: Asked,
  marks: readonly string[],
): string | undefined {
  const isNamed = (mark: string) => url.includes(mark) || requestBody.includes(mark);
  return marks.find((mark) => text.includes(mark) && !(recordId.test(mark) && isNamed(mark)));
}

/**
 * The first mark that an answer gives away, since the call does not say it itself. Whoever sends a name or an amount is told
 * nothing by its coming back, however an amount is written then.
 */
export function givenAway(text: string, call: Asked, marks: readonly string[]): string | undefined {
  const said = `${call.url} ${call.requestBody} ${decoded(call.url)} ${decoded(call.requestBody)}`;
  const named = new Set(marks.filter((mark) => said.includes(mark)).map(meaningOf));
  return marks.find((mark) => text.includes(mark) && !named.has(meaningOf(mark)));
}

/** As it stood before an address or a form took it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** What all ways to write an amount have in common; any other mark as it is. */
function meaningOf(mark: string): string {
  const plain = mark.replaceAll("&nbsp;", " ");
  return /\p{L}/u.test(plain) ? mark : plain.replaceAll(/\D/g, "");
}

const inThousands = /\B(?=(?:\d{3})+$)/g;

/** An amount of hundredths as pages write it in one country or another, and as it stands in an answer. */
export function waysToWrite(hundredths: number): readonly string[] {
  const [whole, part] = [String(Math.trunc(hundredths / 100)), String(hundredths % 100).padStart(2, "0")];
  const grouped = (separator: string) => whole.replaceAll(inThousands, separator);
  return [
    String(hundredths),
    ...[".", ","].map((point) => `${whole}${point}${part}`),
    ...[",", "'", "’"].map((separator) => `${grouped(separator)}.${part}`),
    ...[".", " ", "\u00a0", "\u202f", "&nbsp;"].map((separator) => `${grouped(separator)},${part}`),
  ];
}
