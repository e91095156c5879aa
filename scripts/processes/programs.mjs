import { accessSync, constants, statSync } from 'node:fs'
import path from 'node:path'

/**
 * @param {string} name
 * @param {string | undefined} [searchPath]
 * @returns {string | undefined} the absolute path of a program on PATH (sbin folders included, where a service's binary may lie).
 */
export function findProgram(name, searchPath = process.env.PATH) {
  const folders = (searchPath ?? '').split(path.delimiter).filter(Boolean)
  return folders.map((folder) => path.join(folder, name)).find(isExecutableFile)
}

/** @param {string} file */
function isExecutableFile(file) {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
