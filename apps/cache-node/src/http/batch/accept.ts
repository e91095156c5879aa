/** One range of an Accept field: `type/subtype`, either part `*`, and its weight from 0 to 1. */
interface MediaRange {
  name: string
  weight: number
}

const RANGE = /^[!#$%&'+.^_`|~0-9a-z-]+\/(?:\*|[!#$%&'+.^_`|~0-9a-z-]+)$|^\*\/\*$/
const WEIGHT = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/

/**
 * How much an Accept field (RFC 9110, 12.5.1) wants a media type, 0 (not at all) to 1: the most specific range that
 * covers it decides, and without the field everything is welcome. `names`: the type and other names of it; wildcards
 * speak of the first. Parameters other than `q` are not looked at, a range that cannot be read is skipped.
 */
export function acceptWeight(field: string | undefined, names: readonly [string, ...string[]]): number {
  if (field === undefined || field.trim() === '') return 1
  const [type] = names[0].split('/', 1)
  const ranges = parseAccept(field)
  const exact = ranges.filter(({ name }) => names.includes(name))
  const ofType = ranges.filter(({ name }) => name === `${type}/*`)
  const any = ranges.filter(({ name }) => name === '*/*')
  const decisive = [exact, ofType, any].find((level) => level.length > 0) ?? []
  return Math.max(0, ...decisive.map(({ weight }) => weight))
}

function parseAccept(field: string): MediaRange[] {
  return field.split(',').flatMap((element) => {
    const [name = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice('q='.length) ?? '1'
    return RANGE.test(name) && WEIGHT.test(weight) ? [{ name, weight: Number(weight) }] : []
  })
}
