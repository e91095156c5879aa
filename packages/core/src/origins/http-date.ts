const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\w :-]+?( GMT)?$/

/**
 * An HTTP date (RFC 9110, section 5.6.7, in all three forms) as epoch milliseconds; null for anything else. Date.parse
 * alone takes "-1" for a year and asctime's form for local time.
 */
export function parseHttpDate(text: string | undefined): number | null {
  const match = HTTP_DATE.exec(text?.trim() ?? '')
  if (match === null) return null
  const at = Date.parse(match[1] === undefined ? `${match[0]} GMT` : match[0])
  return Number.isNaN(at) ? null : at
}
