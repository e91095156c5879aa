import path from 'node:path'
import { CHECKOUT } from './checkout.mjs'

/**
 * @typedef {object} Program a program of this workspace.
 * @property {string} app
 * @property {string} entry its source below src/, without the ending.
 * @property {boolean} dev runs the sources rather than the bundle, again on each change.
 * @property {boolean} [once] it does its work and ends: no change starts it again.
 */

/**
 * @param {Program} program
 * @returns {{ command: string, args: string[], cwd: string }}
 */
export function runProgram({ app, entry, dev, once = false }) {
  const cwd = path.join(CHECKOUT, 'apps', app)
  if (!dev) return { command: process.execPath, args: ['--enable-source-maps', path.join('dist', `${entry}.js`)], cwd }
  const watch = once ? [] : ['watch', '--clear-screen=false']
  return { command: path.join(cwd, 'node_modules/.bin/tsx'), args: [...watch, path.join('src', `${entry}.ts`)], cwd }
}
