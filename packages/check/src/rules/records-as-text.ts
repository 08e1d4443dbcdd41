import { fail, NothingShown, pass, seen } from "../evidence/index.ts";
import { seePortal } from "./parts/portal-seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "records-as-text",
  title: "What stands in a record is shown as text, never taken for markup",
  section: "7",
  holdsTo:
    "Keep portal URLs access-controlled: a user with access to the URL may be able to open the app session. Nothing in a page may act in its user's place but the app itself.",
  severity: "critical",
  how: "The names of the ledgers, identities and transactions in both tenants' ledgers hold an element that no page has by itself; it is looked whether it became one in the pages in Chromium.",
  fix: "Escape every text that comes from a ledger or from a user where it is put into HTML (textContent in place of innerHTML, the template's escaping left on). Who can name a customer or a payment could run a script with the session of whoever looks at it.",
  needs: ["browser"],
  observe: async (world) => {
    const { a, b } = await seePortal(world);
    const shows = [a, b].some(({ exchanges, first, second, records: [mark = ""] }) =>
      [...exchanges.map(({ answer }) => answer.text), first.html, second.html].some((text) =>
        text.includes(mark),
      ),
    );
    const visits = [a.first, a.second, b.first, b.second];
    return { shows, takes: visits.some(({ hasPlantedElement }) => hasPlantedElement) };
  },
  judge: ({ shows, takes }) => {
    if (takes)
      return seen(
        fail(
          "A record whose name holds an element made that element in the page: whatever stands in a ledger is run as the app's own markup.",
        ),
      );
    if (!shows)
      throw new NothingShown(
        "None of the ledger's texts stands in the page: no name, description or reference.",
        "It needs a page that shows what people have written into ledgers, identities or transactions.",
        "missed",
      );
    return pass("Names with markup in them stand in the page as they are written.");
  },
});
