import { describe, expect, test } from "vitest";
import { fail, harm, pass, seen, type Verdict } from "../evidence/index.ts";
import { type Rule, rules } from "../rules/index.ts";
import { CheckError, emptyTrace, type Knock } from "../world/index.ts";
import { broughtAbout, downSince, endedForGood, type Fallen, letGo } from "./downfall.ts";

const end = { at: 100, how: "ended with code 1 (its last words: no such field)" };

function ruleOf(id: string): Rule {
  const found = rules.find((rule) => rule.id === id);
  if (found === undefined) throw new Error(`There is no rule ${id}.`);
  return found;
}

const knocked = (at: number, manner: Knock["manner"], isAnswered = false, isInVain = false): Knock => ({
  at,
  manner,
  isAnswered,
  isInVain,
  origin: "http://localhost:4000",
});

const lookOf = (knocks: Knock[], verdict: Verdict = fail("No answer."), late: string[] = []) => ({
  verdict,
  trace: { ...emptyTrace(), knocks, late },
  seconds: 1,
  ends: [end],
});

const fell = (id: string, ...knocks: Knock[]): Fallen => ({
  rule: ruleOf(id),
  look: lookOf(knocks),
  end,
  why: new CheckError("The command ended with code 1. The file is broken.", "Run it alone."),
});

const blamed = (...fallen: readonly Fallen[]) => broughtAbout(fallen)?.rule.id;

describe("of the rules under which an app ended for good", () => {
  const ordinary = fell("duplicate-install", knocked(99, "ordinary"));
  const odd = fell("bad-input-refused", knocked(10, "odd", true), knocked(90, "odd"));

  test("the one is accused whose odd request it never answered", () => {
    expect(blamed(ordinary, odd)).toBe("bad-input-refused");
    expect(blamed(fell("unknown-token", knocked(95, "page")), odd, ordinary)).toBe("bad-input-refused");
    expect(blamed(ordinary, fell("unknown-token", knocked(95, "page")))).toBe("unknown-token");
  });

  test("what was answered, came to nobody, or was sent afterwards accuses nobody who did not ask", () => {
    const answered = fell("tolerant-json", knocked(99, "odd", true));
    const inVain = fell("oversized-body", knocked(99, "odd", false, true));
    const later = fell("odd-http", knocked(101, "odd"));
    expect(blamed(answered, inVain, later, ordinary)).toBe("duplicate-install");
  });

  test("the newest is accused where several were as odd, and the gravest where they saw it together", () => {
    expect(blamed(odd, fell("tolerant-json", knocked(95, "odd")))).toBe("tolerant-json");
    const shared = knocked(90, "odd");
    expect(blamed(fell("bad-input-named", shared), fell("bad-input-refused", shared))).toBe(
      "bad-input-refused",
    );
  });

  test("one fails whatever else is broken, and says how the app ended and why it does not start", () => {
    const verdict = endedForGood(odd);
    expect(verdict).toMatchObject({ verdict: "fail", ground: "seen", standsOn: [] });
    expect(verdict.evidence).toMatch(/no such field.*can't be started.*The file is broken\. No answer\.$/);
  });

  test("the others are let go with the reason, but for what they had seen", () => {
    const since = downSince(end, odd.rule);
    expect(since).toMatch(/down since \d\d:\d\d:\d\d UTC.*no such field.*bad-input-refused/);
    expect(letGo(ordinary.look, since)).toMatchObject({
      verdict: "not_tested",
      evidence: expect.stringContaining(since),
    });
    const passed = pass("Refused.");
    expect(letGo(lookOf([knocked(99, "odd")], passed), since).verdict).toBe("not_tested");
    expect(letGo(lookOf([knocked(99, "odd", true)], passed), since)).toEqual(passed);
    const leak = harm(seen(fail("A key.")));
    expect(letGo(lookOf([knocked(99, "odd")], leak), since)).toEqual(leak);
  });
});
