import { describe, expect, test } from "vitest";
import { readPage, readTemplate } from "./template.ts";

const sent = (html: string) => readTemplate(html)("N", "[session]");

describe("the session's place", () => {
  test.each([
    [
      "before all of the head",
      "<!doctype html><html><head><title>x</title></head>",
      "<!doctype html><html><head>[session]<title>x</title></head>",
    ],
    [
      "where no tag says head",
      "<!doctype html><html lang=en><p>x",
      "<!doctype html><html lang=en>[session]<p>x",
    ],
    ["behind the doctype alone", "<!DOCTYPE html>\n<p>x", "<!DOCTYPE html>[session]\n<p>x"],
    ["in a fragment", "<p>x", "[session]<p>x"],
    ["in nothing", "", "[session]"],
    ["in a text", "just words", "[session]just words"],
    [
      "before a policy of the page's own",
      '<head><meta http-equiv="Content-Security-Policy" content="script-src \'none\'">',
      '<head>[session]<meta http-equiv="Content-Security-Policy" content="script-src \'none\'">',
    ],
    [
      "not where a comment says head",
      "<!-- <head> --><html><HEAD data-a='>'>x",
      "<!-- <head> --><html><HEAD data-a='>'>[session]x",
    ],
    ["without a byte order mark", "\uFEFF<!doctype html>x", "<!doctype html>[session]x"],
    [
      "in a page of frames",
      "<html><frameset><frame></frameset>",
      "<html>[session]<frameset><frame></frameset>",
    ],
  ])("%s", (_where, html, wanted) => {
    expect(sent(html)).toBe(wanted);
  });
});

describe("scripts", () => {
  const scripts = (html: string) => sent(html).replace("[session]", "");

  test.each([
    [
      "each of several",
      "<script>1</script><SCRIPT src=a></SCRIPT>",
      '<script nonce="N">1</script><SCRIPT nonce="N" src=a></SCRIPT>',
    ],
    [
      "one in a template",
      "<template><script>1</script></template>",
      '<template><script nonce="N">1</script></template>',
    ],
    ["one in a drawing", "<svg><script href=a /></svg>", '<svg><script nonce="N" href=a /></svg>'],
    ["one moved out of a table", "<table><script>1</script><tr>", '<table><script nonce="N">1</script><tr>'],
    [
      "one with a nonce of its own, which gives way",
      "<script nonce=x>1</script>",
      '<script nonce="N">1</script>',
    ],
    ["over lines", "<script\n type=module>1</script>", '<script nonce="N"\n type=module>1</script>'],
  ])("%s may run", (_which, html, wanted) => {
    expect(scripts(html)).toBe(wanted);
  });

  // A script inside an HTML comment before the first real one: the session landed in the comment.
  test.each([
    ["a comment", "<!-- <script>1</script> --><p>"],
    ["a comment that ends oddly", "<!-- <script> --!><p>"],
    ["a comment that never ends", "<p><!-- <script>1</script>"],
    ["a title", "<title><script></title>"],
    ["a style", "<style>/*<script>*/</style>"],
    ["a text area", "<textarea><script></textarea>"],
    ["an attribute", '<p title="<script>">'],
    ["what only browsers without scripts read", "<noscript><script>1</script></noscript>"],
    ["another element", "<scripted></scripted><script-x></script-x>"],
  ])("in %s there is none", (_where, html) => {
    expect(scripts(html)).toBe(html);
  });

  test("a script's text is left alone", () => {
    expect(scripts('<script>"<script>" + "<!--"</script><p>')).toBe(
      '<script nonce="N">"<script>" + "<!--"</script><p>',
    );
  });

  test("what is put in is not read as a pattern", () => {
    expect(readTemplate("<p>x")("N", "$& $1")).toBe("$& $1<p>x");
  });
});

test.each([
  ["<script nonce=old>a</script>", '[session]<script nonce="N">a</script>'],
  [
    "<script src=a.js NONCE='{{nonce}}' defer></script>",
    '[session]<script src=a.js nonce="N" defer></script>',
  ],
  ["<svg><script nonce>a</script></svg>", '[session]<svg><script nonce="N">a</script></svg>'],
])("a nonce of the author's gives way, since a browser runs no script that has two: %s", (html, wanted) => {
  expect(sent(html)).toBe(wanted);
});

test.each([
  [
    "the script that it names may run",
    `<meta http-equiv="Content-Security-Policy" content="script-src 'nonce-abc'"><script nonce=abc>1</script>`,
    '[session]<meta http-equiv="Content-Security-Policy" content="script-src &#39;nonce-N&#39;"><script nonce="N">1</script>',
  ],
  [
    "one that it does not name may not",
    `<meta http-equiv=content-security-policy content="script-src 'nonce-abc' 'self'"><script>1</script><script nonce=b>2</script>`,
    '[session]<meta http-equiv=content-security-policy content="script-src &#39;nonce-N&#39; &#39;self&#39;"><script>1</script><script nonce=b>2</script>',
  ],
  [
    "without a nonce it stays as it is",
    `<meta http-equiv="Content-Security-Policy" content="script-src 'self'"><script src=a></script>`,
    `[session]<meta http-equiv="Content-Security-Policy" content="script-src 'self'"><script nonce="N" src=a></script>`,
  ],
  [
    "other metas may speak of nonces",
    `<meta name=x content="'nonce-abc'"><script>1</script>`,
    `[session]<meta name=x content="'nonce-abc'"><script nonce="N">1</script>`,
  ],
])("a policy of the author's: %s", (_what, html, wanted) => {
  expect(sent(html)).toBe(wanted);
});

test.each([
  ["<p>x", true],
  ["<!-- <style> --><p class=a>x", true],
  ["<link rel=icon href='data:,'><p>x", true],
  ["<style>p{}</style><p>x", false],
  ["<p>x<style>p{}</style>", false],
  ["<link rel='preload STYLESHEET' href=/portal/a.css><p>x", false],
  ["<p style='color:red'>x", false],
  ["<body bgcolor=white>x", false],
  ["<body background=a.png>x", false],
  ["<body text=#000000>x", false],
  ["<body link=blue>x", false],
  ["<body vlink=blue>x", false],
  ["<body alink=blue>x", false],
  ["<table background=a.png><tr><td>x</table>", false],
  ["<meta name=Color-Scheme content=light><p>x", false],
  ["<meta name=viewport content=width=device-width><p>x", true],
])("%j says nothing of its look: %s", (html, isUnstyled) => {
  expect(readPage(html).isUnstyled).toBe(isUnstyled);
});
