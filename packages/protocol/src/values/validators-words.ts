/**
 * What the validator says of an issue by itself, so that it can be told from what the author of a schema wrote. It could
 * be asked of the validator, which an app whose author uses another one would load at its start for that alone; a test
 * holds these sentences against its own.
 */
import type { z } from "zod";

type Issue = z.core.$ZodIssue;
type IssueOf<Code extends Issue["code"]> = Extract<Issue, { code: Code }>;

/**
 * Whether an issue has the validator's own sentence, in the language that it has by itself. Decided by the whole sentence
 * that it makes of this very issue: an author's may begin with the same words.
 */
export function isValidatorsOwn(issue: Issue): boolean {
  const { message } = issue;
  // What was received instead is not known any more.
  if (issue.code === "invalid_type") return message.startsWith(`${expected(issue.expected)}, received `);
  return message === sentenceOf(issue);
}

function sentenceOf(issue: Exclude<Issue, IssueOf<"invalid_type">>): string {
  switch (issue.code) {
    case "invalid_value":
      return issue.values.length === 1
        ? expected(quoted(issue.values[0]))
        : `Invalid option: expected one of ${issue.values.map(quoted).join("|")}`;
    case "too_big":
      return `Too big: expected ${sized(issue.origin, issue, "<", issue.maximum)}`;
    case "too_small":
      return `Too small: expected ${sized(issue.origin, issue, ">", issue.minimum)}`;
    case "invalid_format":
      return formatSentence(issue);
    case "not_multiple_of":
      return `Invalid number: must be a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return `Unrecognized key${issue.keys.length > 1 ? "s" : ""}: ${issue.keys.map(quoted).join(", ")}`;
    case "invalid_key":
      return `Invalid key in ${issue.origin}`;
    case "invalid_element":
      return `Invalid value in ${issue.origin}`;
    case "invalid_union":
      return unionSentence(issue);
    default:
      return "Invalid input";
  }
}

function expected(kind: string): string {
  return `Invalid input: expected ${kind === "nan" ? "NaN" : kind}`;
}

function quoted(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "string" ? `"${value}"` : String(value);
}

const units: Readonly<Record<string, string>> = {
  string: "characters",
  file: "bytes",
  array: "items",
  set: "items",
  map: "entries",
};

type Bounded = { readonly exact?: boolean; readonly inclusive?: boolean };

function sized(origin: string, { exact, inclusive }: Bounded, sign: string, bound: number | bigint): string {
  const limit = `${exact ? "exactly " : `${sign}${inclusive ? "=" : ""}`}${bound}`;
  const unit = units[origin];
  return unit === undefined ? `${origin} to be ${limit}` : `${origin} to have ${limit} ${unit}`;
}

/** Formats that the validator has another name for. */
const formatNames: Readonly<Record<string, string>> = {
  email: "email address",
  url: "URL",
  uuid: "UUID",
  uuidv4: "UUIDv4",
  uuidv6: "UUIDv6",
  guid: "GUID",
  ulid: "ULID",
  xid: "XID",
  ksuid: "KSUID",
  datetime: "ISO datetime",
  date: "ISO date",
  time: "ISO time",
  duration: "ISO duration",
  ipv4: "IPv4 address",
  ipv6: "IPv6 address",
  mac: "MAC address",
  cidrv4: "IPv4 range",
  cidrv6: "IPv6 range",
  base64: "base64-encoded string",
  base64url: "base64url-encoded string",
  json_string: "JSON string",
  e164: "E.164 number",
  currency_code: "currency code",
  credit_card: "credit card number",
  iban: "IBAN",
  jwt: "JWT",
  template_literal: "input",
};

type Given = {
  readonly prefix?: string;
  readonly suffix?: string;
  readonly includes?: string;
  readonly pattern?: string | undefined;
};

function formatSentence(issue: IssueOf<"invalid_format">): string {
  const { prefix, suffix, includes, pattern }: Given = issue;
  if (issue.format === "starts_with") return `Invalid string: must start with "${prefix}"`;
  if (issue.format === "ends_with") return `Invalid string: must end with "${suffix}"`;
  if (issue.format === "includes") return `Invalid string: must include "${includes}"`;
  if (issue.format === "regex") return `Invalid string: must match pattern ${pattern}`;
  return `Invalid ${formatNames[issue.format] ?? issue.format}`;
}

function unionSentence(issue: IssueOf<"invalid_union">): string {
  const options = discriminators(issue);
  if (options.length > 0)
    return `Invalid discriminator value. Expected ${options.map((option) => `'${String(option)}'`).join(" | ")}`;
  return issue.inclusive === false ? "Invalid input: more than one option matched" : "Invalid input";
}

/** What the field that tells the parts of a union apart may be; none where it has no such field. */
export function discriminators(issue: IssueOf<"invalid_union">): readonly unknown[] {
  return "options" in issue && Array.isArray(issue.options) ? issue.options : [];
}
