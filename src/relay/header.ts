/** The headers that the relay writes and reads. */
import { isIPv6, type Socket } from 'node:net'
import {
  awsSubtype,
  HeaderTemplate,
  maxHeaderBytes,
  parseProxyHeader,
  type Tlv,
  textTlv,
  tlvType,
  underpassSubtype,
  vpcEndpointIdOf,
} from '../net/proxy-protocol.ts'
import type { DoorHeader, RelayDoor } from '../plan/relay.ts'
import type { FoundConnection } from './messages.ts'

/** What another relay wrote: its bytes, which go on as they are, and what they say. */
export interface ReceivedHeader {
  readonly bytes: Buffer
  readonly said: FoundConnection['header']
}

/** In AWS's order, ours behind it. */
export function tlvsOf({ vpcEndpointId, accountId, vpcId, availabilityZone }: DoorHeader): Tlv[] {
  const ours = { accountId, vpcId, availabilityZone }
  return [
    ...(vpcEndpointId === undefined ? [] : [textTlv(tlvType.aws, awsSubtype.vpcEndpointId, vpcEndpointId)]),
    ...(['accountId', 'vpcId', 'availabilityZone'] as const).flatMap((name) => {
      const value = ours[name]
      return value === undefined ? [] : [textTlv(tlvType.underpass, underpassSubtype[name], value)]
    }),
  ]
}

/** The unchanging part of a door's headers; both ends are of the family of the node's address. */
export function templateOf({ header }: RelayDoor): HeaderTemplate | undefined {
  if (!header) return undefined
  return new HeaderTemplate(isIPv6(header.destinationIp) ? 'ipv6' : 'ipv4', 'tcp', tlvsOf(header))
}

/** The header of one connection. One that another relay wrote is nearer to the truth, and stays as it is. */
export function headerFor(
  session: { readonly peerIp: string; readonly peerPort: number; readonly header?: ReceivedHeader | undefined },
  { destinationIp, destinationPort }: DoorHeader,
  template: HeaderTemplate | undefined,
): Uint8Array | undefined {
  if (session.header) return session.header.bytes
  return template?.fill({
    family: isIPv6(destinationIp) ? 'ipv6' : 'ipv4',
    transport: 'tcp',
    sourceIp: session.peerIp,
    destinationIp,
    sourcePort: session.peerPort,
    destinationPort,
  })
}

/**
 * Reads the header that a paused socket begins with, and pauses it again with what follows still to be read.
 *
 * @param done  called once, with the reason when there is no header
 */
export function readHeader(socket: Socket, done: (header: ReceivedHeader | string) => void): void {
  let bytes: Buffer = Buffer.alloc(0)
  const read = (): void => {
    for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
      const header = parseProxyHeader(bytes)
      if (header === 'more' && bytes.length <= maxHeaderBytes) continue
      finish(header === 'more' || 'malformed' in header ? 'header' : header.lengthBytes)
      return
    }
  }
  const finish = (lengthOrReason: number | string): void => {
    socket.off('readable', read)
    socket.off('end', ended)
    if (typeof lengthOrReason === 'string') {
      done(lengthOrReason)
      return
    }
    const header = parseProxyHeader(bytes)
    const rest = bytes.subarray(lengthOrReason)
    if (rest.length > 0) socket.unshift(rest)
    const addresses = typeof header === 'object' && 'command' in header ? header.addresses : undefined
    const vpcEndpointId = typeof header === 'object' && 'command' in header ? vpcEndpointIdOf(header.tlvs) : undefined
    done({
      bytes: Buffer.from(bytes.subarray(0, lengthOrReason)),
      said: addresses && {
        sourceIp: addresses.sourceIp,
        sourcePort: addresses.sourcePort,
        ...(vpcEndpointId === undefined ? {} : { vpcEndpointId }),
      },
    })
  }
  const ended = (): void => finish('header')
  socket.on('readable', read)
  socket.on('end', ended)
}
