/** What the gateway costs over calling the ledger's own address: reading one balance, both over HTTP, in turn. */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { type LoadRequest, type LoadResult, load } from "../http/load.ts";
import type { SuiteOptions } from "../options.ts";
import type { Row } from "../report.ts";
import type { GatewayPlace } from "./cloud.ts";

const connections = 16;

export async function runGatewaySuite({ rounds, seconds }: SuiteOptions): Promise<readonly Row[]> {
  const cloud = spawn(process.execPath, [resolve(import.meta.dirname, "cloud.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((done) => cloud.once("exit", () => done()));
  try {
    const place = await readyPlace(cloud.stdout);
    const gateway = { port: place.cloudPort, request: throughGateway(place) };
    const direct = { port: place.ledgerPort, request: straight(place) };
    const measured: { through: Figures; past: Figures }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const [first, second] = round % 2 === 0 ? [gateway, direct] : [direct, gateway];
      const one = await figures(first, seconds);
      const other = await figures(second, seconds);
      measured.push(round % 2 === 0 ? { through: one, past: other } : { through: other, past: one });
    }
    return rowsOf(measured);
  } finally {
    cloud.kill("SIGTERM");
    await ended;
  }
}

type Way = { readonly port: number; readonly request: LoadRequest };
type Figures = { readonly loaded: LoadResult; readonly alone: LoadResult };

async function figures({ port, request }: Way, seconds: number): Promise<Figures> {
  const run = (count: number) =>
    load({ port, connections: count, seconds, next: () => request, check: expectBalance });
  return { loaded: await run(connections), alone: await run(1) };
}

function rowsOf(measured: readonly { through: Figures; past: Figures }[]): readonly Row[] {
  const milliseconds = measured.map(({ through, past }) => through.alone.p50 - past.alone.p50);
  return [
    {
      what: "gateway throughput, 16 connections",
      against: "the ledger itself",
      ratios: measured.map(({ through, past }) => through.loaded.perSecond / past.loaded.perSecond),
      ours: measured.map(({ through }) => through.loaded.perSecond),
      unit: "/s",
      target: { atLeast: 0.8 },
      floor: { atLeast: 0.65 },
    },
    {
      what: "gateway, added to one call, p50 (ms, no ratio)",
      against: "the ledger itself",
      ratios: milliseconds,
      ours: measured.map(({ through }) => through.alone.p50),
      unit: "ms",
      target: { atMost: 0.2 },
      floor: { atMost: 0.5 },
    },
  ];
}

export function throughGateway(place: GatewayPlace): LoadRequest {
  return {
    method: "GET",
    path: `/proxy/balances/${place.balance}?instance_id=${place.instance}`,
    token: place.apiKey,
  };
}

function straight(place: GatewayPlace): LoadRequest {
  return { method: "GET", path: `/balances/${place.balance}`, headers: { "X-Blnk-Key": place.ledgerKey } };
}

function expectBalance(answer: { readonly status: number; readonly body: string }): void {
  if (answer.status !== 200 || !answer.body.includes('"balance_id"'))
    throw new Error(`Not the balance: ${answer.status} ${answer.body}`);
}

export function readyPlace(output: NodeJS.ReadableStream): Promise<GatewayPlace> {
  return new Promise((done) => {
    createInterface({ input: output }).on("line", (line) => {
      if (line.startsWith("ready ")) done(JSON.parse(line.slice("ready ".length)) as GatewayPlace);
    });
  });
}
