/** A package that is published. */
export type PublicPackage = {
  /** Its name below `packages`. */
  readonly folder: string;
  readonly directory: string;
  readonly manifest: { readonly name: string };
  /** The sources that can be reached from outside, such as `./src/index.ts`. */
  readonly entries: readonly string[];
};

export function publicPackages(): readonly PublicPackage[];
