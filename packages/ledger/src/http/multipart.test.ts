import { describe, expect, it } from "vitest";
import { ended } from "../turns.ts";
import { formParts, textIn } from "./multipart.ts";

const type = "multipart/form-data; boundary=b-b";

function read(pieces: readonly Uint8Array[], contentType = type) {
  return ended(formParts(pieces, contentType))?.map(({ name, filename, pieces: held }) => ({
    name,
    filename,
    text: textIn(held),
  }));
}

/** A form cut into pieces of some bytes each. */
function cut(form: Buffer, length: number): readonly Uint8Array[] {
  return Array.from({ length: Math.ceil(form.length / length) }, (_, index) =>
    form.subarray(index * length, (index + 1) * length),
  );
}

const form = [
  "what stands before is no part",
  "--b-b",
  'Content-Disposition: form-data; name="source"',
  "",
  "Bank",
  "--b-b  ",
  "content-type: text/csv",
  'CONTENT-DISPOSITION: form-data; name=file; filename="a \\"b\\".csv"',
  "",
  "id,amount\r\n--b\r\n--b-\r\n1,é\n--b-b",
  "--b-b",
  'Content-Disposition: form-data; filename="none"',
  "",
  "",
  "--b-b",
  "",
  "without a head",
  "--b-b",
  'Content-Disposition: form-data; name="empty"',
  "",
  "",
  "--b-b--",
  "what stands behind is no part",
].join("\r\n");

describe("a form", () => {
  it.each([1, 2, 3, 7, 64, 100_000])("is read alike in pieces of %i bytes", (length) => {
    expect(read(cut(Buffer.from(form), length))).toEqual([
      { name: "source", filename: undefined, text: "Bank" },
      { name: "file", filename: 'a "b".csv', text: "id,amount\r\n--b\r\n--b-\r\n1,é\n--b-b" },
      { name: "empty", filename: undefined, text: "" },
    ]);
  });

  it("is read as others write it", async () => {
    const data = new FormData();
    data.set("source", "Bank");
    data.set("file", new Blob(["id\r\n1"]), "bank.csv");
    const request = new Request("http://ledger/", { method: "POST", body: data });
    const bytes = new Uint8Array(await request.arrayBuffer());
    expect(read([bytes], request.headers.get("content-type") ?? "")).toEqual([
      { name: "source", filename: undefined, text: "Bank" },
      { name: "file", filename: "bank.csv", text: "id\r\n1" },
    ]);
  });

  it("is none without a boundary, or when it is cut", () => {
    const whole = Buffer.from(form);
    expect(read([whole], "multipart/form-data")).toBeUndefined();
    expect(read([whole], "multipart/form-data; boundary=")).toBeUndefined();
    const end = whole.indexOf("--b-b--");
    for (let length = 0; length < end + 7; length++)
      expect(read([whole.subarray(0, length)])).toBeUndefined();
    expect(read([whole.subarray(0, end + 7)])).toHaveLength(3);
  });

  it("of many fields is read in a step for each at least, and of more than a thousand it is refused", () => {
    const fields = (count: number) => {
      const field = '\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n--b-b';
      return Buffer.from(`--b-b${field.repeat(count)}--`);
    };
    expect([...formParts([fields(1_000)], type)].length).toBeGreaterThanOrEqual(1_000);
    expect(read([fields(1_000)])).toHaveLength(1_000);
    expect(() => read([fields(1_001)])).toThrow("The form has more than 1,000 fields.");
  });

  it("with a head that never ends is none, and is not searched to its end", () => {
    const endless = Buffer.from(`--b-b\r\n${"x".repeat(20_000)}`);
    expect(read([endless, Buffer.from("\r\n\r\n1\r\n--b-b--")])).toBeUndefined();
  });
});
