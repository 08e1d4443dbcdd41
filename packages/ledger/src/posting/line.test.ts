/** Five postings that waited for one locked row made a posting between two other balances take 18 seconds. */
import { describe, expect, it } from "vitest";
import { partNext, type Scene, type Waiting } from "./line.ts";

function waiting(name: string, balances: readonly string[], more: Partial<Waiting> = {}): Waiting {
  const touches = { balances, others: [`reference ${name}`] };
  const order = { movements: [], onRefusal: "stop" } as const;
  const ends = { resolve: () => {}, reject: () => {} };
  return { order, ...ends, touches, overtaken: 0, alone: false, notBefore: 0, doubts: [], ...more };
}

const scene = (more: Partial<Scene> = {}): Scene => ({
  busy: new Set(),
  locked: new Set(),
  now: 100,
  ...more,
});
const names = (some: readonly Waiting[]) => some.map(({ touches }) => touches.others[0]?.split(" ")[1]);

describe("who goes next", () => {
  it("is everybody who needs nothing of the commits on their way, in the order they came", () => {
    const line = [waiting("a", ["A", "B"]), waiting("b", ["C", "D"]), waiting("c", ["D", "E"])];
    const { taken, left } = partNext(line, scene({ busy: new Set(["B"]) }));
    expect([names(taken), names(left)]).toEqual([["b", "c"], ["a"]]);
  });

  it("is nobody who would overtake another one on the same balance", () => {
    const line = [waiting("a", ["A", "B"]), waiting("b", ["B", "C"]), waiting("c", ["C", "D"])];
    const { taken, left } = partNext(line, scene({ busy: new Set(["A"]) }));
    expect([names(taken), names(left)]).toEqual([[], ["a", "b", "c"]]);
  });

  it("is everybody whom a stranger's lock does not concern, be it on the other side of who waits for it", () => {
    const line = [waiting("a", ["A", "B"]), waiting("b", ["B", "C"]), waiting("c", ["A", "C"])];
    const { taken, left } = partNext(line, scene({ locked: new Set(["A"]) }));
    expect([names(taken), names(left)]).toEqual([["b"], ["a", "c"]]);
  });

  it("is one alone that failed in company, and nobody before his time", () => {
    const line = [
      waiting("a", ["A"], { alone: true }),
      waiting("b", ["B"]),
      waiting("c", ["C"], { notBefore: 200 }),
    ];
    const { taken, left } = partNext(line, scene());
    expect([names(taken), names(left)]).toEqual([["a"], ["b", "c"]]);
    expect(names(partNext(left, scene({ now: 300 })).taken)).toEqual(["b", "c"]);
  });
});
