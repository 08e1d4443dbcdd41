import { InvalidRequest } from "../errors/index.ts";

/**
 * A value as one segment of a path. Dots alone are refused, since every URL parser would resolve them to
 * another route.
 *
 * @throws InvalidRequest naming the field.
 */
export function pathSegment(value: string, field: string): string {
  if (value === "" || value === "." || value === "..")
    throw new InvalidRequest(field, "must not be empty or dots");
  return encodeURIComponent(value);
}
