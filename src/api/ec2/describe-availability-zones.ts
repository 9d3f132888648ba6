import type { DescribeAvailabilityZonesRequest, DescribeAvailabilityZonesResult } from '@aws-sdk/client-ec2'
import { regionOf, type Zone, zonesOf } from '../../resource/geography.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { applyFilters, type FilterTable } from './filters.ts'

const optInStatus = 'opt-in-not-required'
const none = () => undefined

const filters: FilterTable<Zone> = {
  'group-long-name': groupLongNameOf,
  'group-name': (zone) => zone.groupName,
  message: none,
  'opt-in-status': () => optInStatus,
  'parent-zone-id': none,
  'parent-zone-name': none,
  'region-name': (zone) => zone.regionName,
  state: () => 'available',
  'zone-id': (zone) => zone.zoneId,
  'zone-name': (zone) => zone.zoneName,
  'zone-type': () => 'availability-zone',
}

function groupLongNameOf(zone: Zone): string {
  return `${regionOf(zone.regionName)?.longName ?? zone.regionName} 1`
}

/**
 * Source: EC2 API Reference, DescribeAvailabilityZones.
 *
 * @throws InvalidParameterValue
 */
export const describeAvailabilityZones: Operation<DescribeAvailabilityZonesRequest, DescribeAvailabilityZonesResult> = {
  action: 'ec2:DescribeAvailabilityZones',
  kind: 'read',
  missing: ['Availability Zones only: no Local Zones or Wavelength Zones'],

  handle(input, ctx) {
    const zones = zonesOf(ctx.region)
    const names = input.ZoneNames ?? []
    const ids = input.ZoneIds ?? []
    for (const name of names) if (!zones.some((zone) => zone.zoneName === name)) throw errors.invalidZone(name)
    for (const id of ids) if (!zones.some((zone) => zone.zoneId === id)) throw errors.invalidZone(id)

    const wanted = zones.filter(
      (zone) =>
        (names.length === 0 || names.includes(zone.zoneName)) && (ids.length === 0 || ids.includes(zone.zoneId)),
    )
    return {
      AvailabilityZones: applyFilters(wanted, input.Filters, filters, undefined, errors.unknownFilter).map((zone) => ({
        State: 'available',
        OptInStatus: optInStatus,
        Messages: [],
        RegionName: zone.regionName,
        ZoneName: zone.zoneName,
        ZoneId: zone.zoneId,
        GroupName: zone.groupName,
        GroupLongName: groupLongNameOf(zone),
        NetworkBorderGroup: zone.regionName,
        ZoneType: 'availability-zone',
      })),
    }
  },
}
