import type { Faker } from '@faker-js/faker'

const BY_RATING: Record<number, { titles: string[]; verdicts: string[] }> = {
  1: { titles: ['Sent it back', 'Not again'], verdicts: ['It broke within a week.', 'Nothing like the pictures.'] },
  2: { titles: ['Expected more', 'Meh'], verdicts: ['It does the job, barely.', 'Cheaper ones are better made.'] },
  3: { titles: ['It is all right', 'Fine'], verdicts: ['Good enough for the price.', 'No complaints, no joy either.'] },
  4: {
    titles: ['Glad I bought it', 'Solid'],
    verdicts: ['Well made and quickly delivered.', 'One small scratch, else fine.'],
  },
  5: { titles: ['Exactly right', 'Love it'], verdicts: ['I bought a second one.', 'Better than the one it replaced.'] },
}
const OCCASIONS = ['for the new flat', 'as a present', 'after reading the other reviews', 'for work', 'on a whim']

/** A rating from 1 to 5, mostly good as such ratings are, and words to go with it. */
export function writeReview(random: Faker): { rating: number; title: string; body: string } {
  const rating = random.helpers.weightedArrayElement(
    [4, 6, 14, 33, 43].map((weight, index) => ({ value: index + 1, weight })),
  )
  const words = BY_RATING[rating]
  if (!words) throw new RangeError(`no words for ${rating} stars`)
  const occasion = random.helpers.arrayElement(OCCASIONS)
  const days = random.number.int({ min: 2, max: 200 })
  return {
    rating,
    title: random.helpers.arrayElement(words.titles),
    body: `Bought it ${occasion} and used it for ${days} days. ${random.helpers.arrayElement(words.verdicts)}`,
  }
}
