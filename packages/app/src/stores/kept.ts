/** What is kept of an installation, counted table by table. Both stores count in the same words. */
import type { Kept } from "./interface.ts";
import { ownerText } from "./owner.ts";
import type { Row } from "./rows.ts";

/** What is erased with an installation: the tables, and what of each is the installation's. */
const erasable: Readonly<Record<string, string>> = {
  documents: "owner = $owner",
  secrets: "owner = $owner",
  runs: "installed_app_id = $id",
  steps: "run_number IN (SELECT run_number FROM $runs WHERE installed_app_id = $id)",
  effects: `work >= $first AND work < $last
    OR work IN (SELECT 'run/' || run_number FROM $runs WHERE installed_app_id = $id)`,
  run_keys: "installed_app_id = $id",
  portal_sessions: "installed_app_id = $id",
  portal_links: "installed_app_id = $id",
};

const ofTenant = `owner IN (SELECT 'tenant:' || t.tenant_number FROM $tenants t JOIN $installations i
    ON t.instance_id = i.instance_id AND t.app_id = i.app_id
      AND (t.organization_id = i.organization_id OR i.organization_id IS NULL OR t.organization_id IS NULL)
  WHERE i.installed_app_id = $id)`;

/** What stays when an installation is erased. */
const staying: Readonly<Record<Kept["stays"][number]["what"], readonly [table: string, condition: string]>> =
  {
    record: ["installations", "installed_app_id = $id"],
    audit: ["audit", "installed_app_id = $id"],
    tenantDocuments: ["documents", ofTenant],
    tenantSecrets: ["secrets", ofTenant],
  };

/** How a store writes its tables and parameters. */
type Words = {
  readonly table: (name: string) => string;
  /** A parameter by its place: an id, its owner, and from where to where its portal calls are filed. */
  readonly parameter: (index: number) => string;
};

/** In this order wherever they are given. */
const parameters = ["id", "owner", "first", "last"];

/** One statement for all: each row says of which kind it is, what it counts, and how much there is of it. */
export function keptSql({ table, parameter }: Words): string {
  const inWords = (condition: string) =>
    condition.replaceAll(/\$(\w+)/g, (_all, name: string) =>
      parameters.includes(name) ? parameter(parameters.indexOf(name) + 1) : table(name),
    );
  const count = (kind: keyof Kept, what: string, from: string, condition: string) =>
    `SELECT '${kind}' AS kind, '${what}' AS what, count(*) AS entries FROM ${table(from)} WHERE ${inWords(condition)}`;
  return [
    ...Object.entries(erasable).map(([name, condition]) => count("erasable", name, name, condition)),
    ...Object.entries(staying).map(([what, [from, condition]]) => count("stays", what, from, condition)),
    `SELECT 'collections', collection, count(*) FROM ${table("documents")}
      WHERE ${inWords("owner = $owner")} GROUP BY collection`,
  ].join(" UNION ALL ");
}

/** The parameters of `keptSql`. */
export function keptValues(installedAppId: string): [string, string, string, string] {
  // Portal calls are filed under `call/<installation>/<key>`.
  return [
    installedAppId,
    ownerText({ of: "installation", installedAppId }),
    `call/${installedAppId}/`,
    `call/${installedAppId}0`,
  ];
}

/** What the rows of `keptSql` say. */
export function toKept(rows: readonly Row[]): Kept {
  const ofKind = (kind: keyof Kept) =>
    rows
      .filter((row) => row["kind"] === kind)
      .map((row) => ({ what: String(row["what"]), entries: Number(row["entries"]) }));
  return {
    erasable: ofKind("erasable"),
    collections: ofKind("collections").sort((one, other) => (one.what < other.what ? -1 : 1)),
    // As they are named above.
    stays: ofKind("stays") as Kept["stays"],
  };
}
