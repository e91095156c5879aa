import type { Struck } from '../failover/run-failover.ts'
import { describeStretch } from './describe-membership.ts'

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`

/** What the loss of a server came to, as lines. */
export function describeStruck({ blow, stretch, evidence, generations, replacedMs, coherentMs }: Struck): string[] {
  const [before, after] = generations
  return [
    `${blow.name}: replaced after ${seconds(replacedMs)}, ${coherentMs === null ? 'not every node coherent before it came back' : `every node coherent after ${seconds(coherentMs)}`}`,
    ...describeStretch(stretch),
    `  generation    ${before === after ? 'the same' : 'a new one'}`,
    ...evidence.map(({ what, count }) => `  ${what}: ${count}`),
  ]
}
