/** Telling what one program says to another from what is said to people. Every pattern takes time by the text's length alone. */

/** Markup, and codes of systems and clients. */
const codes = [
  /<\/?[a-z!][^<>]*>/gi,
  /\bpanic:[^\n]*/g,
  /\bE(?:CONN[A-Z]+|TIMEDOUT|NOTFOUND|HOSTUNREACH|PIPE|AI_AGAIN)\b|\bUND_ERR_\w+|\bSQLSTATE\S*/g,
  /\bRequest failed with status code \d+|\bfetch failed\b|\[object Object\]/g,
];

/** An exception's name with what it says, to the end of its line. */
const exception = /(?<![\w.:\\])[\w.:\\]*\w(?:Error|Exception)\b[:(]([^\n]*)/g;
/** Those of languages themselves, which speak of code and of nothing else. */
const ofCode =
  /(?:^|[.:\\])(?:Type|Reference|Syntax|Range|Key|Value|Attribute|Index|Name|NoMethod|Argument|Zero\w+|NullPointer|NullReference|ClassCast|Illegal\w+)(?:Error|Exception)[:(]/;
/** One statement ends and another begins on the same line. */
const goesOn = /[.!?;]\s+\p{L}|[。！？]\s*\p{L}/u;

/** The text without JSON, markup, exceptions and codes: what is left may be said to a person. */
export function withoutProgramWords(text: string): string {
  const plain = withoutJson(text).replaceAll(exception, leftOfException);
  return codes.reduce((words, pattern) => words.replaceAll(pattern, "\n"), plain);
}

/** Somebody who writes two statements after an exception's name tells a person what happened and what comes of it. */
function leftOfException(whole: string, message: string): string {
  const name = whole.slice(0, whole.length - message.length);
  return ofCode.test(name) || !goesOn.test(message) ? "\n" : `\n${message}`;
}

const beginsJson = /[{[]\s*"/g;
/** One part of JSON; a text that was cut off ends with its line. */
const partOfJson = /\s+|[,:]|"(?:[^"\\\n]|\\.)*(?:"|$|(?=\n))|[\d.eE+-]+|true|false|null|[{}[\]]/my;

function withoutJson(text: string): string {
  const left: string[] = [];
  let place = 0;
  for (;;) {
    beginsJson.lastIndex = place;
    const begins = beginsJson.exec(text)?.index;
    if (begins === undefined) return [...left, text.slice(place)].join("\n");
    left.push(text.slice(place, begins));
    place = endOfJson(text, begins);
  }
}

/** Where its brackets are even, or where it stops being JSON. */
function endOfJson(text: string, begins: number): number {
  let depth = 0;
  let place = begins;
  do {
    partOfJson.lastIndex = place;
    const part = partOfJson.exec(text)?.[0];
    if (part === undefined) return place;
    if (part === "{" || part === "[") depth += 1;
    if (part === "}" || part === "]") depth -= 1;
    place += part.length;
  } while (depth > 0);
  return place;
}
