import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { problemInWords } from "./problem-words.ts";
import { parseWith } from "./validation.ts";

const charge = z.object({ kind: z.literal("charge") });
const refund = z.object({ kind: z.literal("refund") });
const day = z.object({ day: z.iso.date() });

afterEach(() => {
  z.config(z.locales.en());
});

test.each<[z.ZodType, unknown, string]>([
  [z.object({}), null, "must be an object"],
  [z.object({}), [], "must be an object"],
  [z.string(), 5, "must be a text"],
  [z.string(), undefined, "is missing; it must be a text"],
  [z.string().min(1), "", "must not be empty"],
  [z.string().min(3), "ab", "must have at least 3 characters"],
  [z.string().max(2), "abc", "must have at most 2 characters"],
  [z.string().length(2), "abc", "must have exactly 2 characters"],
  [z.string().regex(/^x$/), "y", "does not have the form it must have"],
  [z.string().startsWith("role:"), "y", "must begin with role:"],
  [z.string().endsWith(".csv"), "y", "must end with .csv"],
  [z.string().includes("@"), "y", "must contain @"],
  [z.email(), "y", "must be an e-mail address"],
  [z.url(), "y", "must be an absolute URL"],
  [z.iso.datetime(), "y", "must be a time such as 2026-04-21T12:00:00Z"],
  [z.number(), "5", "must be a number"],
  [z.number(), Number.NaN, "must be a number"],
  [z.int(), 1.5, "must be a whole number"],
  [z.bigint(), "5", "must be a whole number"],
  [z.number().min(0), -1, "must be at least 0"],
  [z.number().positive(), 0, "must be more than 0"],
  [z.number().lt(10), 10, "must be less than 10"],
  [z.bigint().max(10n), 11n, "must be at most 10"],
  [z.number().multipleOf(5), 7, "must be a multiple of 5"],
  [z.boolean(), "yes", "must be true or false"],
  [z.array(z.string()), {}, "must be a list"],
  [z.array(z.string()).min(1), [], "must not be empty"],
  [z.array(z.string()).max(1), ["a", "b"], "must have at most 1 entry"],
  [z.enum(["USD", "EUR"]), "GBP", "must be one of USD, EUR"],
  [z.literal("x"), "y", "must be x"],
  [z.union([z.string(), z.number()]), null, "is not valid"],
  [z.xor([z.string(), z.string().min(1)]), "x", "is not valid"],
  [z.discriminatedUnion("kind", [charge, refund]), { kind: "loan" }, "must be one of charge, refund"],
  [z.discriminatedUnion("kind", [charge]), {}, "must be charge"],
  [z.strictObject({}), { extra: 1 }, "has the field extra, which is not known"],
  [z.record(z.string().max(1), z.string()), { bc: "x" }, "has a name in it that is not allowed"],
  [z.date().min(new Date(0)), new Date(-1), "must be at least 1970-01-01T00:00:00.000Z"],
  [z.string().refine(() => false), "x", "is not valid"],
])("a schema without words of its own is put into words: %#", (schema, input, words) => {
  const [issue] = schema.safeParse(input).error?.issues ?? [];
  expect(issue && problemInWords(issue)).toBe(words);
});

// Each of these begins as the validator's own sentences do.
test.each<[z.ZodType, unknown, string]>([
  [z.string({ error: "Invalid input: give the holder's name" }), 5, "Invalid input: give the holder's name"],
  [z.string().refine(() => false, "Invalid input: no such country"), "x", "Invalid input: no such country"],
  [z.string().regex(/^[A-Z]{2}$/, "Invalid country code"), "x", "Invalid country code"],
  [z.email("Invalid email"), "x", "Invalid email"],
  [
    z.string().startsWith("DE", "Invalid string: must start with a country"),
    "x",
    "Invalid string: must start with a country",
  ],
  [z.string().min(9, "Too small: expected nine letters"), "x", "Too small: expected nine letters"],
  [z.enum(["a"], "Invalid option: expected your own"), "b", "Invalid option: expected your own"],
  [z.union([z.int(), z.bigint()], "Invalid input, ask your bank"), "b", "Invalid input, ask your bank"],
  [
    z.number().multipleOf(5, "Invalid number: must be a multiple of five"),
    7,
    "Invalid number: must be a multiple of five",
  ],
  [z.strictObject({}, "Unrecognized key: leave it out"), { a: 1 }, "Unrecognized key: leave it out"],
])("an author's own words stay as they are: %#", (schema, input, words) => {
  const [issue] = schema.safeParse(input).error?.issues ?? [];
  expect(issue && problemInWords(issue)).toBe(words);
});

// A form that the validator has another name for would be told in its words.
test.each([
  ...[
    z.uuidv4(),
    z.uuidv6(),
    z.nanoid(),
    z.guid(),
    z.cuid(),
    z.cuid2(),
    z.ulid(),
    z.xid(),
    z.ksuid(),
    z.emoji(),
  ],
  ...[
    z.iso.datetime(),
    z.iso.date(),
    z.iso.time(),
    z.iso.duration(),
    z.ipv4(),
    z.ipv6(),
    z.mac(),
    z.cidrv4(),
  ],
  ...[z.cidrv6(), z.base64(), z.base64url(), z.e164(), z.jwt(), z.templateLiteral(["a"]), z.hex()],
])("every form that a text can have is put into words: %#", (schema) => {
  const [issue] = schema.safeParse("?").error?.issues ?? [];
  expect(issue && problemInWords(issue)).toMatch(/^(?:must be |does not have )/);
});

test("an author's own words stay, and so does a language that he set", () => {
  const own = z.string({ error: "Invalid: give the holder's name" });
  expect(parseWith(own, 5)).toMatchObject({ problems: [{ problem: "Invalid: give the holder's name" }] });
  z.config(z.locales.de());
  expect(parseWith(day, { day: "x" })).toMatchObject({ problems: [{ problem: "Ungültig: ISO-Datum" }] });
});

test("a problem names its field, and what is not known by itself", () => {
  expect(parseWith(day, {})).toMatchObject({
    problems: [{ field: "day", problem: "is missing; it must be a text" }],
  });
  expect(parseWith(z.strictObject({}), { colour: 1 })).toMatchObject({
    problems: [{ field: "colour", problem: "is not known" }],
  });
});
