import { familyAt, keyFamilies } from './shop-keys.ts'
import { zipf } from './zipf.ts'

const EXPONENT = 0.9

/** Keys of the shop without end, a few of them most of the time. */
export async function* zipfKeys(random: () => number = Math.random): AsyncGenerator<string> {
  const ranks = new Map(keyFamilies.map((family) => [family, zipf(family.count, EXPONENT, random)]))
  for (;;) {
    const family = familyAt(random())
    const draw = ranks.get(family)
    if (draw) yield family.keyOf(draw())
  }
}
