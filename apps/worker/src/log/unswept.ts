import type { LogRecord } from '@freshet/core/coherence/log-record'
import type { SweepFacts } from '../sweep/sweep-due.ts'

interface Span {
  fromMs: number
  /** Epoch and moment of the newest. */
  epoch: number
  lastMs: number
}

/** Keeps count of what was appended since the last complete sweep, for `isSweepDue`. */
export class Unswept {
  private matchers: Span | null = null
  private any: Span | null = null

  /** Begins anew: another generation, whose epochs say nothing about those before. */
  reset(): void {
    this.matchers = null
    this.any = null
  }

  note({ epoch, commands }: LogRecord, nowMs: number): void {
    for (const command of commands) {
      if (command.kind === 'swept') {
        // What came while the sweep ran is for the next one, and has been waiting since now at the earliest.
        this.matchers = remaining(this.matchers, command.epoch, nowMs)
        this.any = remaining(this.any, command.epoch, nowMs)
        continue
      }
      this.any = longer(this.any, epoch, nowMs)
      if (command.kind !== 'keys' && command.kind !== 'put') this.matchers = longer(this.matchers, epoch, nowMs)
    }
  }

  /** Records up to `epoch` that this process never saw itself: a snapshot told of them. */
  noteUnseen(epoch: number, nowMs: number): void {
    if (epoch > 0) this.any = longer(this.any, epoch, nowMs)
  }

  get facts(): SweepFacts {
    return {
      matchersFromMs: this.matchers?.fromMs ?? null,
      matchersLastMs: this.matchers?.lastMs ?? null,
      anyFromMs: this.any?.fromMs ?? null,
    }
  }
}

function longer(span: Span | null, epoch: number, nowMs: number): Span {
  return { fromMs: span?.fromMs ?? nowMs, epoch, lastMs: nowMs }
}

function remaining(span: Span | null, sweptEpoch: number, nowMs: number): Span | null {
  return span === null || span.epoch <= sweptEpoch ? null : { ...span, fromMs: nowMs }
}
