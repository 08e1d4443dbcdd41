/**
 * What is wrong with a value, in words for whoever sent it: those of a validator are for whoever wrote the schema. It
 * needs a part of the validator, so a page or a command that is to start soon does not get it with the other words.
 */
import type { z } from "zod";
import { discriminators, isValidatorsOwn } from "./validators-words.ts";

type Issue = z.core.$ZodIssue;
type IssueOf<Code extends Issue["code"]> = Extract<Issue, { code: Code }>;

/**
 * Says what a field must be, to be read after its name: `amount must be a number`. Words that the schema's author
 * wrote, or a language that he set, stay as they are.
 *
 * @example
 * ```ts
 * const issue = schema.safeParse(input).error?.issues[0];
 * if (issue !== undefined) problemInWords(issue); // "must be a text"
 * ```
 */
export function problemInWords(issue: Issue): string {
  return isValidatorsOwn(issue) ? wordsOf(issue) : issue.message;
}

function wordsOf(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return wrongType(issue);
    case "too_small":
      return tooSmall(issue);
    case "too_big":
      return tooBig(issue);
    case "invalid_format":
      return wrongForm(issue);
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return `has the field ${issue.keys[0]}, which is not known`;
    case "invalid_value":
      return oneOf(issue.values);
    case "invalid_union":
      return wrongPart(issue);
    case "invalid_key":
      return "has a name in it that is not allowed";
    default:
      return "is not valid";
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  bigint: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  set: "a list",
  object: "an object",
  record: "an object",
  map: "an object",
  date: "a time",
  null: "null",
  undefined: "left out",
  never: "left out",
};

function wrongType({ expected, message }: IssueOf<"invalid_type">): string {
  const kind = kinds[expected] ?? `of the kind ${expected}`;
  return message.endsWith("received undefined") ? `is missing; it must be ${kind}` : `must be ${kind}`;
}

function tooSmall({ origin, minimum, inclusive, exact }: IssueOf<"too_small">): string {
  const counted = countedIn(origin);
  if (counted !== undefined && BigInt(minimum) === 1n && inclusive !== false) return "must not be empty";
  if (exact === true) return exactly(minimum, counted);
  const least = inclusive === false ? "more than" : "at least";
  return counted === undefined
    ? `must be ${least} ${shownBound(origin, minimum)}`
    : `must have ${least} ${numbered(minimum, counted)}`;
}

function tooBig({ origin, maximum, inclusive, exact }: IssueOf<"too_big">): string {
  const counted = countedIn(origin);
  if (exact === true) return exactly(maximum, counted);
  const most = inclusive === false ? "less than" : "at most";
  return counted === undefined
    ? `must be ${most} ${shownBound(origin, maximum)}`
    : `must have ${most} ${numbered(maximum, counted)}`;
}

function exactly(size: number | bigint, counted: Counted | undefined): string {
  return counted === undefined ? `must be ${size}` : `must have exactly ${numbered(size, counted)}`;
}

type Counted = readonly [one: string, several: string];

/** What a size is counted in; nothing where the value itself is compared. */
function countedIn(origin: string): Counted | undefined {
  if (origin === "string") return ["character", "characters"];
  if (origin === "file") return ["byte", "bytes"];
  return ["array", "set", "map", "object"].includes(origin) ? ["entry", "entries"] : undefined;
}

function numbered(size: number | bigint, [one, several]: Counted): string {
  return `${size} ${BigInt(size) === 1n ? one : several}`;
}

function shownBound(origin: string, bound: number | bigint): string {
  return origin === "date" ? new Date(Number(bound)).toISOString() : String(bound);
}

const forms: Readonly<Record<string, string>> = {
  email: "an e-mail address",
  url: "an absolute URL",
  uuid: "a UUID",
  guid: "a UUID",
  datetime: "a time such as 2026-04-21T12:00:00Z",
  date: "a date such as 2026-04-21",
  time: "a time of day such as 12:00:00",
  duration: "a duration such as P1D",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  base64: "a text in Base64",
  base64url: "a text in Base64url",
  json_string: "JSON",
  lowercase: "in small letters",
  uppercase: "in capital letters",
};

function wrongForm(issue: IssueOf<"invalid_format">): string {
  const given = issue as { readonly prefix?: string; readonly suffix?: string; readonly includes?: string };
  if (given.prefix !== undefined) return `must begin with ${given.prefix}`;
  if (given.suffix !== undefined) return `must end with ${given.suffix}`;
  if (given.includes !== undefined) return `must contain ${given.includes}`;
  const form = forms[issue.format];
  return form === undefined ? "does not have the form it must have" : `must be ${form}`;
}

function wrongPart(issue: IssueOf<"invalid_union">): string {
  const options = discriminators(issue);
  return options.length === 0 ? "is not valid" : oneOf(options);
}

function oneOf(values: readonly unknown[]): string {
  const shown = values.map(String);
  return shown.length === 1 ? `must be ${shown[0]}` : `must be one of ${shown.join(", ")}`;
}
