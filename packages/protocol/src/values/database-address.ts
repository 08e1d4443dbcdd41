/** The address of a PostgreSQL server, as a person gives it to an app, a command or a Core. */

/**
 * Whether an address names a PostgreSQL server, in one of the ways its driver knows. One without a host would mean
 * this machine, on which a database that somebody forgot to name is waited for, or another one is written into.
 *
 * @param environment in which `PGHOST` names the server of an address that names none
 * @example
 * ```ts
 * namesServer("postgres://app@db/app", process.env); // true
 * namesServer("postgres:///app", {}); // false
 * ```
 */
export function namesServer(
  address: string,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (!/^postgres(ql)?:\/\//i.test(address)) return false;
  const isWhole = URL.canParse(address);
  // The driver takes a user whose host stands behind, as that of a socket does, though no URL is written so.
  const readable = isWhole ? address : address.replace("@/", "@unnamed/");
  if (!URL.canParse(readable)) return false;
  const { hostname, searchParams } = new URL(readable);
  const hosts = [isWhole ? hostname : "", searchParams.get("host"), environment["PGHOST"]];
  return hosts.some((host) => (host ?? "") !== "");
}
