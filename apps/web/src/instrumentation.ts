/** Runs once when the server starts. */
export async function register(): Promise<void> {
  // biome-ignore lint/style/noProcessEnv: a constant that Next puts in at build, so that this stays out of its Edge bundle
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { checkSettings } = await import('~/server/check-settings')
  checkSettings()
}
