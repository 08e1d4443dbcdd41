/** Who is logged in, what there is to see, and what each role may do. */
import type { Services } from "../services.ts";
import { listMembers, type Member, rolesByRight } from "../tenants/index.ts";
import { instanceView, memberView } from "../views.ts";

/** What the page knows of its member. The table of rights stands here once: the page shows what it is told. */
export async function sessionView(
  { database, instances, tools }: Pick<Services, "database" | "instances" | "tools">,
  member: Member,
) {
  const { organizationId } = member;
  const organization = await database
    .selectFrom("organizations")
    .select(["organization_id", "name"])
    .where("organization_id", "=", organizationId)
    .executeTakeFirstOrThrow();
  return {
    user: memberView(member),
    organization,
    instances: instances.list(organizationId).map(instanceView),
    members: (await listMembers(database, organizationId)).map(memberView),
    rights: rolesByRight(),
    development: true,
    edition: tools.settings().edition,
  };
}
