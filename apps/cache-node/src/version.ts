/** The release this build belongs to; the release commit changes it together with package.json. */
export const VERSION = '0.1.0'
