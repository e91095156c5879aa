import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * The licences of the packages whose code is built in: they ask to travel with it.
 * @param {string} folder what the inputs are relative to.
 * @param {string[]} inputs sources of a bundle.
 * @returns {string} empty when there are none.
 */
export function thirdPartyNotice(folder, inputs) {
  const packages = new Set(inputs.flatMap((input) => packageFolder(path.resolve(folder, input)) ?? []))
  return [...packages]
    .map((installed) => {
      const { name, version, license } = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'))
      return { name, text: `${name} ${version} (${license})\n\n${licenceOf(installed, name)}` }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ text }) => text)
    .join(`\n\n${'-'.repeat(72)}\n\n`)
}

/**
 * @param {string} file absolute.
 * @returns {string | null} the folder of the installed package that it belongs to; null: it is our own.
 */
function packageFolder(file) {
  const [, folder] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file.replaceAll(path.sep, '/')) ?? []
  return folder ?? null
}

/**
 * @param {string} installed
 * @param {string} name
 */
function licenceOf(installed, name) {
  const file = readdirSync(installed).find((entry) => /^licen[cs]e/i.test(entry))
  if (file === undefined) throw new Error(`${name} is built in, and has no licence that could travel with it`)
  return readFileSync(path.join(installed, file), 'utf8').trim()
}
