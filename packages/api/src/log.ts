/** What the control plane needs of a logger; pino fits. */
export interface Log {
  error(facts: object, message: string): void
  warn(facts: object, message: string): void
}
