import { expect, expectTypeOf, test } from "vitest";
import { memberWords } from "../members/member-words.ts";
import { type SessionInfo, sessionInfo } from "./portal-context.ts";

const answer = {
  installed_app_id: "instapp_1",
  instance_id: "inst_1",
  granted_permissions: ["data:read"],
  app: { name: "Test" },
};

// The type said that there always is a user, and the server leaves the field out in the later edition.
test("a session of the later edition names nobody: nobody is the reader, and nothing else is missing", () => {
  const session = sessionInfo(answer);
  expectTypeOf<SessionInfo["userId"]>().toEqualTypeOf<string | undefined>();
  expect(session).toEqual({
    userId: undefined,
    installedAppId: "instapp_1",
    organizationId: undefined,
    instanceId: "inst_1",
    permissions: [{ scope: "data:read", granted: true }],
    appName: "Test",
    expiresAt: undefined,
    development: false,
  });
  expect(memberWords("user_1", session.userId)).toBeUndefined();
  expect(memberWords(session.userId, session.userId)).toBe("a member");
});
