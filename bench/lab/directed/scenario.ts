import type { Scene } from './scene.ts'

/** The protocol's names of the rules that a scenario exists for. */
export type Guard =
  | 'keyMem'
  | 'verAtStart'
  | 'atServe'
  | 'l1Check'
  | 'joinCheck'
  | 'leaseCheck'
  | 'leaseFromSend'
  | 'leaseAtTail'
  | 'waitAll'
  | 'gap'
  | 'gen'
  | 'genTag'
  | 'guard'
  | 'token'
  | 'fwdCheck'

/** An interleaving forced on real processes, in which one rule alone stands between a reader and a stale value. */
export interface Scenario {
  guard: Guard
  /** What happens, up to the read that decides. */
  story: string
  namespace?: string
  /** Whether nodes ask each other: else each does by itself what it is asked for. */
  ring?: 'on'
  /** Rejects when the interleaving could not be brought about. Whether a read was stale is the oracle's to say. */
  play(scene: Scene): Promise<void>
}
