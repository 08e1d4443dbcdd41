/** Organizations and instances of a test's Cloud, found by name or id. */

export type Place = { readonly organization_id: string; readonly instance_id: string; readonly name: string };

export type State = {
  readonly organizations: readonly { readonly organization_id: string; readonly name: string }[];
  readonly instances: readonly Place[];
  readonly members: readonly {
    readonly organization_id: string;
    readonly user_id: string;
    readonly email: string;
    readonly role: string;
  }[];
  readonly installations: readonly { readonly installed_app_id: string; readonly organization_id: string }[];
};

/** The instance of that name or id, in that organization; the first one where nothing is said. */
export function findPlace(
  instances: readonly Place[],
  wanted: string | undefined,
  organization: string | undefined,
): Place {
  const found = instances.find(
    ({ instance_id, name, organization_id }) =>
      (wanted === undefined || [instance_id, name].includes(wanted)) &&
      (organization === undefined || organization_id === organization),
  );
  if (found !== undefined) return found;
  throw new Error(
    `There is no instance "${wanted ?? ""}". There are: ${instances.map(({ name }) => name).join(", ")}.`,
  );
}

export function organizationId(
  organizations: State["organizations"],
  wanted: string | undefined,
): string | undefined {
  if (wanted === undefined) return undefined;
  const found = organizations.find(({ organization_id, name }) => [organization_id, name].includes(wanted));
  if (found === undefined) throw new Error(`There is no organization "${wanted}".`);
  return found.organization_id;
}
