/**
 * What goes first when everything stops: those who ask before those who answer, data last. Names are "role" or "role-number".
 */
const ORDER = [
  'check',
  'install',
  'build',
  'migrate',
  'seed',
  'traffic',
  'origin',
  'portal',
  'worker',
  'node',
  'redis',
  'postgres',
]

/** @param {string} name @returns {number} a service's place in the order. */
export function stopRank(name) {
  return ORDER.indexOf(name.replace(/-\d+$/, ''))
}

/**
 * @template {{ name: string }} T
 * @param {T[]} services
 * @returns {T[][]} groups that may stop together, in the order in which they must.
 */
export function inStopOrder(services) {
  return ORDER.map((_, rank) => services.filter(({ name }) => stopRank(name) === rank)).filter(
    (group) => group.length > 0,
  )
}
