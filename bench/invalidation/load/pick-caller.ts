import type { NodeCaller } from './node-caller.ts'

/** One node after the other, as a load balancer would: those that are being restarted left out. */
export function pickCaller(callers: readonly NodeCaller[], n: number): NodeCaller {
  const serving = callers.filter(({ inService }) => inService)
  const caller = serving[n % serving.length]
  if (caller === undefined) throw new Error('no node is in service')
  return caller
}
