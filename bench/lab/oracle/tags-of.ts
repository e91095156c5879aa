/** Keys are `<namespace>:<group>:<item>`; each carries the tag of its group and one of its own. */
export function tagsOf(key: string): [group: string, own: string] {
  const [namespace = '', group = '', item = ''] = key.split(':')
  return [`${namespace}.${group}`, `${namespace}.${group}.${item}`]
}
