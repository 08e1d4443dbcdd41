import { expect, test } from "vitest";
import type { CloudCall } from "../../evidence/index.ts";
import { mustBeUnderWay, takenBy } from "./beginning.ts";

const call = {} as CloudCall;
const atOnce = { taken: 0, first: 0 };
const underWay = (isTaken: boolean, ...calls: readonly CloudCall[]) =>
  mustBeUnderWay({ calls: [call, ...calls] }, { known: 1, isTaken: () => isTaken }, atOnce);
const missed = (evidence: string) => ({
  verdict: { verdict: "not_tested", ground: "missed", evidence: expect.stringContaining(evidence) },
});

test("work is under way when the app has said yes to it and a call has come", async () => {
  await expect(underWay(true, call)).resolves.toBeUndefined();
});

test("nothing is looked at in the middle where no call has come since", async () => {
  await expect(underWay(true)).rejects.toMatchObject(missed("nothing was under way"));
});

test("nor where calls have come, and the app said yes to nothing: they are the page's own", async () => {
  await expect(underWay(false, call)).rejects.toMatchObject(missed("did not say yes"));
});

test.for([
  ["the app answers over the socket that it was told by, and works", {}, true],
  ["it has said nothing there", { isAnswered: false }, false],
  ["it does not work yet", { isAtWork: false }, false],
  ["the page sends a request too, which is not answered", { isSilent: false }, false],
] as const)("what is pressed is taken, or not, where %s", ([, given, isTaken]) => {
  const { isAnswered, isAtWork, isSilent } = { isAnswered: true, isAtWork: true, isSilent: true, ...given };
  const own = isSilent ? [] : [{ what: "POST /post", sentAt: 1 }];
  const sendings = { own: () => own, isTaken: () => false };
  expect(takenBy(sendings, { isAnswered: () => isAnswered }, () => isAtWork)()).toBe(isTaken);
});
