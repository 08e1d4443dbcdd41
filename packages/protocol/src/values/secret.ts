const shownCharacters = 8;
const inspectSymbol = Symbol.for("nodejs.util.inspect.custom");

/**
 * A value that must never be read by a person or a log: an API key, a token, a
 * capability URL. However it is printed (string, JSON, template, inspection), it
 * shows its first characters only; the only way to the value is `reveal()`, which
 * is easy to search for in a review. Contract sections 1 and 9.
 *
 * @example
 * ```ts
 * const key = new Secret("blnk_abcdef0123456789");
 * `${key}`;        // "blnk_abc…"
 * key.prefix;      // "blnk_abc"
 * key.reveal();    // the key itself
 * ```
 */
export class Secret {
  readonly #value: string;
  /** The first characters, safe to show and to log. Shorter values show less, so that most of them stays hidden. */
  readonly prefix: string;

  constructor(value: string, prefix: string = value.slice(0, Math.min(shownCharacters, value.length >> 1))) {
    this.#value = value;
    this.prefix = prefix;
  }

  /** The value itself. Call it where the value goes onto the wire or under a seal, nowhere else. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return `${this.prefix}…`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspectSymbol](): string {
    return `Secret(${this.toString()})`;
  }
}
