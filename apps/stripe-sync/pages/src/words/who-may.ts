/**
 * Whom a button is for. The platform tells an app which permissions its installation was granted and who launched it,
 * and nothing of a member's role, so an app cannot hold a button back from an analyst; contract section 7.
 */
export const whoMay =
  "any member who can launch this app, because Blnk Cloud does not tell apps a member’s role";
