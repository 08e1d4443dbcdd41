import { MantineProvider } from "@mantine/core";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { errorFromAnswer } from "../refusals/portal-error.ts";
import { ErrorState } from "./ErrorState.tsx";
import { SessionEndedContext } from "./session-ended.ts";

/** What stands where something was refused, on a page that goes on or behind one that has ended. */
function shown(error: unknown, hasEnded: boolean): string {
  return renderToStaticMarkup(
    <MantineProvider>
      <SessionEndedContext value={hasEnded}>
        <ErrorState error={error} />
      </SessionEndedContext>
    </MantineProvider>,
  );
}

const ends = ["session_expired", "app_uninstalled", "key_revoked", "user_not_allowed"];

describe("behind a page that has ended", () => {
  test.each(ends)(
    "%s is said once above, and here only what is true of a question and of an action",
    (code) => {
      const refused = errorFromAnswer(401, { code, error: "What happened.", next: "What to do." });
      expect(shown(refused, false)).toContain("What to do.");
      const behind = shown(refused, true);
      expect(behind).toContain("This was refused");
      // An action asked for nothing that could be there; and not every end is a session's.
      expect(behind).not.toMatch(/there yet|session|What to do/);
    },
  );

  test("a refusal that ends nothing keeps its words", () => {
    const refused = errorFromAnswer(422, { code: "key_malformed", error: "No key.", next: "Paste the key." });
    expect(shown(refused, true)).toContain("Paste the key.");
  });
});
