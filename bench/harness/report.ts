import { mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { BenchOptions } from './options.ts'
import type { CaseResult } from './rounds.ts'

/** A goal of a scenario and whether this run met it. */
interface Goal {
  what: string
  met: boolean
  measured: number
}

export interface ScenarioReport {
  title: string
  /** What throughput counts: requests, keys. */
  unit: string
  results: readonly CaseResult[]
  goals: readonly Goal[]
}

export function printScenario({ title, unit, results, goals }: ScenarioReport): void {
  const header = ['', `${unit}/s`, 'lowest', 'highest', 'ratio', 'CPU µs/req', 'p50 µs', 'p95 µs', 'p99 µs', 'lg busy']
  const rows = results.map((r) => [
    r.name,
    ...[r.perSecond, ...r.range].map((n) => Math.round(n).toLocaleString('en')),
    r.ratio.toFixed(2),
    ...[r.cpuUs, r.p50, r.p95, r.p99].map((n) => n.toFixed(n < 100 ? 1 : 0)),
    r.generatorBusy.toFixed(2),
  ])
  const widths = header.map((_, i) => Math.max(...[header, ...rows].map((row) => row[i]?.length ?? 0)))
  const render = (row: string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  console.log(`\n${title}\n${[header, ...rows].map(render).join('\n')}`)
  for (const { what, met, measured } of goals)
    console.log(`  ${met ? 'met   ' : 'MISSED'} ${what}: ${measured.toFixed(2)}`)
}

/** Writes everything, single rounds included, with the machine it was measured on. */
export function writeJson(file: string, options: BenchOptions, scenarios: readonly ScenarioReport[]): void {
  mkdirSync(path.dirname(file), { recursive: true })
  const machine = { node: process.version, cpus: os.cpus().length, model: os.cpus()[0]?.model, platform: os.platform() }
  writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), machine, options, scenarios }, null, 2)}\n`)
}
