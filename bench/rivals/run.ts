import { compete } from './compete.ts'
import { freshetEntrant } from './contestants/freshet-entrant.ts'
import { libraryEntrants } from './contestants/library-entrant.ts'
import { readOptions, USAGE } from './options.ts'
import { races } from './races/all.ts'
import { renderTable } from './table.ts'

/** npm run bench:rivals: the same races against Freshet and against libraries from npm, at the same time. */
const options = readOptions(process.argv.slice(2))
if (options === 'help') {
  console.log(USAGE)
  process.exit(0)
}

/** Throws when nobody is called so: a run of nothing must not say that nobody was stale. */
function chosen<Named extends { name: string }>(all: readonly Named[], beginnings: readonly string[]): Named[] {
  const isCalled = (name: string, text: string) => name.toLowerCase().startsWith(text.toLowerCase())
  const unknown = beginnings.filter((text) => !all.some(({ name }) => isCalled(name, text)))
  if (unknown.length > 0) throw new Error(`nothing is called ${unknown.join(', ')}\n${USAGE}`)
  return all.filter(({ name }) => beginnings.length === 0 || beginnings.some((text) => isCalled(name, text)))
}

const entrants = chosen([freshetEntrant, ...libraryEntrants], options.only)
const rules = { ...options, races: chosen(races, options.races) }
const columns = await Promise.all(entrants.map((entrant) => compete(entrant, rules)))
console.log(`\nStale answers after an acknowledged invalidation, judged ${options.settleMs} ms later:\n`)
console.log(renderTable(columns))

const ours = columns.find(({ name }) => name === freshetEntrant.name)
const isStale = Object.values(ours?.results ?? {}).some((views) => Object.values(views).some(({ stale }) => stale > 0))
if (isStale) {
  console.error('\nFreshet was stale.')
  process.exit(1)
}
