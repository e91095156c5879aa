/** A unit that a quantity may be typed in; `factor` is its size in the stored unit (ms, bytes, a share of 1). */
export interface Unit {
  label: string
  factor: number
}

export const quantityUnits = {
  duration: [
    { label: 'ms', factor: 1 },
    { label: 's', factor: 1_000 },
    { label: 'min', factor: 60_000 },
    { label: 'h', factor: 3_600_000 },
    { label: 'd', factor: 86_400_000 },
  ],
  bytes: [
    { label: 'B', factor: 1 },
    { label: 'KiB', factor: 1_024 },
    { label: 'MiB', factor: 1_048_576 },
  ],
  share: [{ label: '%', factor: 0.01 }],
  count: [{ label: '', factor: 1 }],
} as const satisfies Record<string, readonly Unit[]>

export type QuantityKind = keyof typeof quantityUnits

/** What a person would have typed: 90,000 ms is 90 s, 60,000 ms is 1 min. Zero and nonsense stay in seconds or the first unit. */
export function splitQuantity(value: number, kind: QuantityKind): { text: string; unit: Unit } {
  const units: readonly Unit[] = quantityUnits[kind]
  const [first] = quantityUnits[kind]
  if (!Number.isFinite(value)) return { text: '', unit: first }
  if (value === 0) return { text: '0', unit: kind === 'duration' ? quantityUnits.duration[1] : first }
  const unit = units.findLast((candidate) => isShort(value / candidate.factor)) ?? first
  return { text: String(round(value / unit.factor)), unit }
}

/** The stored value of what was typed; NaN when it is not a number. */
export function joinQuantity(text: string, unit: Unit): number {
  if (text.trim() === '') return Number.NaN
  return round(Number(text) * unit.factor)
}

function isShort(value: number): boolean {
  return value >= 1 && Number.isInteger(value)
}

/** Takes away what binary fractions add: 7 % is 0.07 and not 0.07000000000000001. */
function round(value: number): number {
  return Number(value.toPrecision(12))
}
