/**
 * SQL text and its parameters, kept apart until the last moment. Everything that comes from a caller becomes
 * a numbered parameter; only `trusted` puts text into a statement, and it is called with names from our own
 * tables alone.
 */

/** What a statement's parameter may be: always text (cast in the statement), so that no driver converts it. */
export type SqlValue = string | null;

/** A piece of SQL: the texts around its parameters (one more than there are values). */
export interface Sql {
  readonly texts: readonly string[];
  readonly values: readonly SqlValue[];
}

/** A statement ready for a driver. */
export interface Statement {
  readonly text: string;
  readonly parameters: readonly SqlValue[];
}

/** SQL text written by ourselves. Never call it with anything a caller sent. */
export function trusted(text: string): Sql {
  return { texts: [text], values: [] };
}

/** A parameter with the type the server shall read its text as: `value("7", "numeric")`. */
export function value(text: SqlValue, type: string): Sql {
  const cast = type === "text" ? "::text" : `::text::${type}`;
  return { texts: ["", cast], values: [text] };
}

/** Pieces one after the other, in one pass: a list may have thousands. */
function concatenated(pieces: readonly Sql[]): Sql {
  const texts = [""];
  const values: SqlValue[] = [];
  for (const piece of pieces) {
    const [first = "", ...rest] = piece.texts;
    texts.push(`${texts.pop() ?? ""}${first}`, ...rest);
    values.push(...piece.values);
  }
  return { texts, values };
}

/** Template of SQL pieces: ``sql`${column} = ${value("a", "text")}` ``. */
export function sql(texts: TemplateStringsArray, ...pieces: readonly Sql[]): Sql {
  return concatenated(texts.flatMap((text, index) => [trusted(text), pieces[index] ?? trusted("")]));
}

/** Pieces with a separator between them. */
export function joined(pieces: readonly Sql[], separator: string): Sql {
  return concatenated(
    pieces.flatMap((piece, index) => (index === 0 ? [piece] : [trusted(separator), piece])),
  );
}

/** The text with `$1…` in place and its parameters in order. */
export function statement(piece: Sql): Statement {
  const text = piece.texts.reduce((built, part, index) => `${built}$${index}${part}`);
  return { text, parameters: piece.values };
}
