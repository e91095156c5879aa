import { capacity } from './capacity.ts'
import type { Figure } from './figure.ts'
import { following } from './following.ts'
import { memory } from './memory.ts'
import { modelCheck } from './model-check.ts'
import { polling } from './polling.ts'
import { redisCosts } from './redis-costs.ts'
import { registry } from './registry.ts'
import { ring } from './ring.ts'

/** Each by the name of its table in docs/scale.md. */
export const FIGURES: Readonly<Record<string, Figure>> = {
  ring,
  capacity,
  following,
  memory,
  'redis-costs': redisCosts,
  polling,
  'model-check': modelCheck,
  registry,
}
