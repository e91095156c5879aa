export type { ClientEnv } from './env.ts'
export { clientEnv } from './env.ts'
