import type { PublicPackage } from "./public-packages.mjs";

export const emitted: string;
export function emit(packages: readonly PublicPackage[]): void;
/** Returns the folder of the declarations. */
export function emitDeclarations(packages: readonly PublicPackage[]): string;
