import { BlockList, isIP } from "node:net";
import { cloudEgressAddresses } from "@annex/protocol/words";
import { EnvironmentError } from "./environment-error.ts";
import { type Environment, listVariable } from "./variables.ts";

/** Whether an address is among those of a variable. Both families; an IPv4 address inside IPv6 counts as IPv4. */
export type Networks = (address: string) => boolean;

/**
 * A list of addresses and networks: `161.35.166.95, 10.0.0.0/8, 2001:db8::/32`.
 *
 * @returns `undefined` when the variable is absent.
 * @throws EnvironmentError when a part of it is neither.
 */
export function networksVariable(environment: Environment, name: string): Networks | undefined {
  const parts = listVariable(environment, name);
  if (parts === undefined) return undefined;
  const list = new BlockList();
  for (const part of parts) if (!addNetwork(list, part)) throw notNetworks(name);
  if (parts.length === 0) throw notNetworks(name);
  return (address) => contains(list, address);
}

function addNetwork(list: BlockList, text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const family = familyOf(address);
  if (family === undefined || rest.length > 0) return false;
  if (bits === undefined) {
    list.addAddress(address, family);
    return true;
  }
  if (!/^(?:0|[1-9]\d{0,2})$/.test(bits) || Number(bits) > (family === "ipv4" ? 32 : 128)) return false;
  list.addSubnet(address, Number(bits), family);
  return true;
}

function contains(list: BlockList, address: string): boolean {
  // A socket that takes both families gives IPv4 addresses in this form.
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  const family = familyOf(plain);
  return family !== undefined && list.check(plain, family);
}

function familyOf(address: string): "ipv4" | "ipv6" | undefined {
  const version = isIP(address);
  return version === 4 ? "ipv4" : version === 6 ? "ipv6" : undefined;
}

function notNetworks(name: string): EnvironmentError {
  return new EnvironmentError(
    name,
    `must be addresses or networks such as 10.0.0.0/8, parted by commas; Cloud's own are ${cloudEgressAddresses.join(", ")}`,
  );
}
