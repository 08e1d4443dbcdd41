/** Ids that a caller may choose for an identity (contract section 14.1). */

const prefix = "idt_";

/** The forms a lenient UUID parser takes: plain, with `urn:uuid:`, in braces, or 32 digits in a row. */
const uuidForms = [
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  /^.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}.$/i,
  /^[0-9a-f]{32}$/i,
];

/** What is wrong with a chosen id; undefined when it can be used. */
export function identityIdFault(id: string): "prefix" | "suffix" | undefined {
  if (!id.startsWith(prefix)) return "prefix";
  const suffix = id.slice(prefix.length);
  return uuidForms.some((form) => form.test(suffix)) ? undefined : "suffix";
}
