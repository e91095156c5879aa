import { percentile } from '../../harness/statistics.ts'

/** `| name | 1,000 | 1.2 | 4.5 | 6.7 |`, milliseconds. */
export function delayRow(name: string, delaysMs: readonly number[]): string[] {
  const shown = [percentile(delaysMs, 0.5), percentile(delaysMs, 0.99), Math.max(...delaysMs)]
  return [name, delaysMs.length.toLocaleString('en'), ...shown.map((ms) => ms.toFixed(1))]
}

export const DELAY_HEAD = ['', 'n', 'p50 ms', 'p99 ms', 'max ms']
