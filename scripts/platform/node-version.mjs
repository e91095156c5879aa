/** The oldest Node that runs the platform, as package.json's `engines` has it. */
const OLDEST = { major: 20, minor: 19 }

/**
 * @param {string} version such as "20.19.0".
 * @param {string} platform as in process.platform.
 * @returns {string | undefined} what is wrong with this Node and what to do about it.
 */
export function nodeProblem(version, platform) {
  if (platform === 'win32') {
    return 'Freshet needs Redis, which does not run on Windows itself: use WSL (https://learn.microsoft.com/windows/wsl) and start it there.'
  }
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return undefined
  return `Freshet needs Node ${OLDEST.major}.${OLDEST.minor} or later and this is ${version}: install Node 24 (https://nodejs.org), then try again.`
}
