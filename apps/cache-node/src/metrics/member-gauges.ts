import type { MemberTable } from '@freshet/core/coherence/log'

/**
 * Who follows the log, from looks at the members some time apart. Under a steady rain of records everybody is a little
 * behind at any moment; a laggard is who has not come as far as the log already was at the look before.
 */
export class MemberGauges {
  count = 0
  laggards = 0
  private generation: string | null = null
  private tail = 0

  see({ generation, tail, members }: MemberTable): void {
    const comparable = generation === this.generation
    this.count = members.length
    this.laggards = comparable ? members.filter(({ applied }) => applied < this.tail).length : 0
    this.generation = generation
    this.tail = tail
  }
}
