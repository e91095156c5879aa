/**
 * 53 bits of hash of a name (a key, a tag), as an integer. Two FNV-like lanes, crossed by murmur3's finaliser (cyrb53): raw
 * FNV-1a leaves the low bits poorly mixed. Equal on every machine, because snapshots of what it indexes are exchanged.
 */
export function hashName(name: string): number {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x9e3779b1)
    b = Math.imul(b ^ unit, 0x5f356495)
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
  return (b & 0x1fffff) * 0x100000000 + (a >>> 0)
}
