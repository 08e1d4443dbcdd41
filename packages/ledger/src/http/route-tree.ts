/**
 * Finds the route of a path, and tells which unknown paths are answered with a redirect (contract section 1,
 * "Routing rules").
 *
 * Core keeps its routes of one method in a tree that shares what their paths begin with, and decides on the way
 * down: literal text goes before `:name`, a dead end goes back to the last `:name` passed by, and a path that
 * is a slash too long or too short where the way ends is redirected, whether or not there is something at the
 * other path. Only the same tree gives the same answers.
 */

/** What the tree holds: a path whose segments may be `:name`. */
export interface Placed {
  readonly method: string;
  readonly path: string;
}

/** What a path leads to. */
export type Found<T> =
  | { readonly kind: "route"; readonly route: T; readonly values: readonly string[] }
  | { readonly kind: "redirect" }
  | { readonly kind: "nothing" };

/** Finds routes by method and decoded path. */
export interface RouteTree<T> {
  find(method: string, path: string): Found<T>;
}

/** Text that paths share, and where they go on behind it: with other text or with a `:name`. */
class Node<T> {
  text: string;
  readonly literals: Node<T>[] = [];
  named: Node<T> | undefined;
  route: T | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Makes room behind the first characters of this node's text. */
  split(length: number): void {
    const rest = new Node<T>(this.text.slice(length));
    rest.literals.push(...this.literals);
    rest.named = this.named;
    rest.route = this.route;
    this.literals.splice(0, this.literals.length, rest);
    this.named = undefined;
    this.route = undefined;
    this.text = this.text.slice(0, length);
  }
}

/** Builds the trees, one for each method. */
export function createRouteTree<T extends Placed>(routes: readonly T[]): RouteTree<T> {
  const roots = new Map<string, Node<T>>();
  for (const route of routes) {
    const root = roots.get(route.method) ?? new Node<T>("/");
    roots.set(route.method, root);
    place(root, route.path.slice(1), route);
  }
  return {
    find(method, path) {
      const root = roots.get(method);
      return root === undefined ? { kind: "nothing" } : new Walk(root, path).find();
    },
  };
}

function place<T>(node: Node<T>, path: string, route: T): void {
  if (path === "") {
    node.route ??= route;
  } else if (path.startsWith(":")) {
    node.named ??= new Node<T>("");
    place(node.named, path.slice(segmentLength(path)), route);
  } else {
    placeLiteral(node, path, route);
  }
}

function placeLiteral<T>(node: Node<T>, path: string, route: T): void {
  let child = node.literals.find(({ text }) => text[0] === path[0]);
  if (child === undefined) {
    const colon = path.indexOf(":");
    child = new Node<T>(colon === -1 ? path : path.slice(0, colon));
    node.literals.push(child);
  }
  const shared = sharedLength(child.text, path);
  if (shared < child.text.length) child.split(shared);
  place(child, path.slice(shared), route);
}

function sharedLength(first: string, second: string): number {
  let length = 0;
  while (length < first.length && first[length] === second[length]) length++;
  return length;
}

function segmentLength(path: string): number {
  const slash = path.indexOf("/");
  return slash === -1 ? path.length : slash;
}

/** A node where a `:name` was passed by for literal text. */
interface PassedBy<T> {
  readonly node: Node<T>;
  readonly path: string;
  readonly values: number;
}

/** One way down a tree. */
class Walk<T> {
  readonly #root: Node<T>;
  #node: Node<T>;
  #path: string;
  #values: string[] = [];
  #literalsTried = false;
  readonly #passedBy: PassedBy<T>[] = [];

  constructor(root: Node<T>, path: string) {
    this.#root = root;
    this.#node = root;
    this.#path = path;
  }

  find(): Found<T> {
    for (;;) {
      const found = this.#step();
      if (found !== undefined) return found;
    }
  }

  /** Goes one node on; undefined while the end is not reached. */
  #step(): Found<T> | undefined {
    const { text } = this.#node;
    if (this.#path.length > text.length && this.#path.startsWith(text)) {
      return this.#goOn(this.#path.slice(text.length));
    }
    return this.#path === text ? this.#endHere() : this.#endInside();
  }

  #goOn(rest: string): Found<T> | undefined {
    const node = this.#node;
    const literal = this.#literalsTried ? undefined : node.literals.find(({ text }) => text[0] === rest[0]);
    this.#literalsTried = false;
    if (literal !== undefined) {
      if (node.named !== undefined) {
        this.#passedBy.push({ node, path: this.#path, values: this.#values.length });
      }
      return this.#enter(literal, rest);
    }
    if (node.named !== undefined) return this.#goThrough(node.named, rest);
    if (rest !== "/" && this.#goBack(rest)) return undefined;
    return redirectIf(rest === "/" && node.route !== undefined);
  }

  #enter(node: Node<T>, path: string): undefined {
    this.#node = node;
    this.#path = path;
    return undefined;
  }

  /** Takes the next segment, which may be empty, as the value of a `:name`. */
  #goThrough(named: Node<T>, path: string): Found<T> | undefined {
    const length = segmentLength(path);
    this.#values.push(path.slice(0, length));
    const [next] = named.literals;
    if (length < path.length) {
      return next === undefined
        ? redirectIf(path.length === length + 1)
        : this.#enter(next, path.slice(length));
    }
    if (named.route !== undefined) return this.#found(named.route);
    return redirectIf(next?.text === "/" && next.route !== undefined);
  }

  #endHere(): Found<T> | undefined {
    const { route, literals } = this.#node;
    if (route !== undefined) return this.#found(route);
    if (this.#path !== "/") {
      if (this.#goBack(this.#path)) return undefined;
      const slash = literals.find(({ text }) => text[0] === "/");
      return redirectIf(slash?.text === "/" && slash.route !== undefined);
    }
    return redirectIf(this.#node !== this.#root);
  }

  #endInside(): Found<T> | undefined {
    const { text, route } = this.#node;
    const isSlashShort = text === `${this.#path}/` && route !== undefined;
    if (this.#path === "/" || isSlashShort) return { kind: "redirect" };
    return this.#goBack(this.#path) ? undefined : { kind: "nothing" };
  }

  /** Returns to the last `:name` passed by whose path ends as this one. */
  #goBack(path: string): boolean {
    for (let passed = this.#passedBy.pop(); passed !== undefined; passed = this.#passedBy.pop()) {
      if (!passed.path.endsWith(path)) continue;
      this.#values = this.#values.slice(0, passed.values);
      this.#literalsTried = true;
      this.#enter(passed.node, passed.path);
      return true;
    }
    return false;
  }

  #found(route: T): Found<T> {
    return { kind: "route", route, values: this.#values };
  }
}

function redirectIf<T>(condition: boolean): Found<T> {
  return { kind: condition ? "redirect" : "nothing" };
}
