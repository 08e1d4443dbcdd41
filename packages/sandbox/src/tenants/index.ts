/**
 * Who there is: organizations with their instances and members, and how a member
 * proves to be one (password, second factor, session). Contract sections 1, 3
 * (step 2) and 7 (step 1). Touches the tables organizations, members
 * and sessions; knows nothing of apps.
 */
export { type Authentication, createAuthentication } from "./authentication.ts";
export {
  findMember,
  listMembers,
  type Member,
  mayDo,
  memberNames,
  membersByOrganization,
  type Right,
  roles,
  rolesByRight,
} from "./members.ts";
export { hashPassword } from "./passwords.ts";
export {
  coreKeyContext,
  defaultSeed,
  insertOrganization,
  newPassword,
  type OrganizationSeed,
  passwordContext,
  planOrganization,
  seedTenants,
  tokenizationContext,
  totpContext,
} from "./seed.ts";
export { createSessions, type DashboardSession, type Sessions } from "./sessions.ts";
