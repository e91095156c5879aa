import { describe, expect, it } from 'vitest'
import { CidrList, findAddressFault } from './address-rules.ts'

describe('findAddressFault', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['0.0.0.0', 'unspecified'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['192.168.1.1', 'private'],
    ['169.254.169.254', 'linkLocal'],
    ['100.100.100.200', 'carrierGradeNat'],
    ['168.63.129.16', 'metadata'],
    ['192.0.0.192', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['::1', 'loopback'],
    ['::', 'unspecified'],
    ['fe80::1', 'linkLocal'],
    ['fd00:ec2::254', 'uniqueLocal'],
    ['ff02::1', 'multicast'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:a9fe:a9fe', 'linkLocal'],
    ['::7f00:1', 'notGlobal'],
    ['64:ff9b::7f00:1', 'rfc6052'],
    ['2002:7f00:1::', '6to4'],
    ['2001:0:7f00:1::', 'teredo'],
    ['not an address', 'unreadable'],
    ['', 'unreadable'],
  ])('refuses %s as %s', (address, rule) => {
    expect(findAddressFault(address, [])).toBe(rule)
  })

  it.each(['1.1.1.1', '93.184.216.34', '2606:4700:4700::1111', '::ffff:1.1.1.1'])('lets %s through', (address) => {
    expect(findAddressFault(address, [])).toBeNull()
  })

  it('lets an allowed range through, and that range only', () => {
    const allow = CidrList.parse('10.1.0.0/16, fd00::/8 ,127.0.0.1,')
    expect(findAddressFault('10.1.255.1', allow)).toBeNull()
    expect(findAddressFault('10.2.0.1', allow)).toBe('private')
    expect(findAddressFault('fd12::1', allow)).toBeNull()
    expect(findAddressFault('127.0.0.1', allow)).toBeNull()
    expect(findAddressFault('::ffff:127.0.0.1', allow)).toBeNull()
    expect(findAddressFault('127.0.0.2', allow)).toBe('loopback')
  })
})

describe('CidrList', () => {
  it('is empty for an empty text', () => {
    expect(CidrList.parse('')).toEqual([])
  })

  it.each(['10.0.0.0/33', 'localhost', '10/8', '10.0.0.0/8;11.0.0.0/8', '0x7f.1'])('refuses %s', (text) => {
    expect(CidrList.safeParse(text).success).toBe(false)
  })
})
