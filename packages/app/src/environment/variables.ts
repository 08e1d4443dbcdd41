import { EnvironmentError } from "./environment-error.ts";

/** The environment as it is given: variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A variable's text without blanks around it; an empty one counts as absent.
 *
 * @throws EnvironmentError when it holds a character that nobody sees: a value that was pasted with one is not the one it looks like.
 */
export function textVariable(environment: Environment, name: string): string | undefined {
  const text = environment[name]?.trim();
  if (text === undefined || text === "") return undefined;
  const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0]/u.exec(text);
  if (unseen === null) return text;
  const code = unseen[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
  throw new EnvironmentError(
    name,
    "must hold no character that cannot be seen; type it anew",
    `${name} has an invisible character, U+${code}, at position ${unseen.index + 1}`,
  );
}

/** A whole number within bounds, or the default. */
export function wholeNumberVariable(
  environment: Environment,
  name: string,
  bounds: { readonly least: number; readonly most: number; readonly unit?: string },
): number | undefined {
  const text = textVariable(environment, name);
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= bounds.least && value <= bounds.most) return value;
  const unit = bounds.unit === undefined ? "" : ` of ${bounds.unit}`;
  throw new EnvironmentError(name, `must be a whole number${unit} from ${bounds.least} to ${bounds.most}`);
}

/** An address such as `https://app.example.com`, without a slash at its end. */
export function urlVariable(environment: Environment, name: string, httpsOnly: boolean): string | undefined {
  const text = textVariable(environment, name);
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const wanted = httpsOnly ? ["https:"] : ["https:", "http:"];
  const plain = url !== undefined && url.search === "" && url.hash === "" && url.username === "";
  if (url === undefined || !plain || !wanted.includes(url.protocol)) {
    const example = `such as https://app.example.com`;
    throw new EnvironmentError(
      name,
      httpsOnly
        ? `must be an https address in production and at a public address, ${example}`
        : `must be an http(s) address, ${example}`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

/** Comma-separated parts, blanks dropped; `undefined` when the variable is absent. */
export function listVariable(environment: Environment, name: string): readonly string[] | undefined {
  return textVariable(environment, name)
    ?.split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
