/**
 * Reading CSV strictly, record by record (contract section 15.1, upload): a misquoted record costs itself alone,
 * and reading goes on with the line after it. No library reads it this way: those that are strict stop at the
 * first fault, the others take a stray quote as text.
 */

/**
 * The records of a CSV text, which may come in pieces; undefined in place of one that is quoted wrongly. Empty lines
 * are none.
 *
 * @example [...csvRecords(['a,"b ""c"""\n', '\nd"e\n'])] // [["a", 'b "c"'], undefined]
 */
export function* csvRecords(content: Iterable<string>): Generator<readonly string[] | undefined> {
  const lines = linesOf(content);
  const nextLine = (): string => {
    const { value, done } = lines.next();
    return done === true ? "" : value;
  };
  for (let line = nextLine(); line !== ""; line = nextLine()) {
    if (line !== "\n") yield fieldsOf(line, nextLine);
  }
}

/** Lines with their ends, Windows' ends as plain ones; a carriage return at the end of the text is left out. */
function* linesOf(content: Iterable<string>): Generator<string, undefined> {
  let begun = "";
  for (const piece of content) {
    let start = 0;
    for (let end = piece.indexOf("\n"); end !== -1; end = piece.indexOf("\n", start)) {
      yield `${withoutReturn(begun + piece.slice(start, end))}\n`;
      begun = "";
      start = end + 1;
    }
    begun += piece.slice(start);
  }
  if (begun !== "") yield withoutReturn(begun);
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function withoutEnd(line: string): string {
  return line.endsWith("\n") ? line.slice(0, -1) : line;
}

/** The fields of the record that begins with `line`; a quoted one may take in further lines. */
function fieldsOf(line: string, nextLine: () => string): readonly string[] | undefined {
  const fields: string[] = [];
  let rest: string | undefined = line;
  while (rest !== undefined) {
    const read: FieldRead | undefined = rest.startsWith('"')
      ? quotedField(rest.slice(1), nextLine)
      : bareField(rest);
    if (read === undefined) return undefined;
    fields.push(read.field);
    rest = read.rest;
  }
  return fields;
}

/** A field, and what follows the comma behind it; no rest at the end of the record. */
interface FieldRead {
  readonly field: string;
  readonly rest?: string;
}

function bareField(line: string): FieldRead | undefined {
  const comma = line.indexOf(",");
  const field = comma === -1 ? withoutEnd(line) : line.slice(0, comma);
  if (field.includes('"')) return undefined;
  return comma === -1 ? { field } : { field, rest: line.slice(comma + 1) };
}

function quotedField(opened: string, nextLine: () => string): FieldRead | undefined {
  let field = "";
  let rest = opened;
  for (;;) {
    const quote = rest.indexOf('"');
    if (quote === -1) {
      if (rest === "") return undefined;
      field += rest;
      rest = nextLine();
      continue;
    }
    field += rest.slice(0, quote);
    rest = rest.slice(quote + 1);
    if (!rest.startsWith('"')) return closedField(field, rest);
    field += '"';
    rest = rest.slice(1);
  }
}

function closedField(field: string, rest: string): FieldRead | undefined {
  if (rest.startsWith(",")) return { field, rest: rest.slice(1) };
  return withoutEnd(rest) === "" ? { field } : undefined;
}
