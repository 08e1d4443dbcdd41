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
