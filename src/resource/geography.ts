/**
 * The Regions and Availability Zones of the `aws` partition that are enabled in every account by default.
 *
 * Hosted zone ids are AWS's own: clients that make Route 53 alias records compare or copy them. They are the published
 * ones of the Elastic Load Balancing endpoints page and of PrivateLink (DescribeVpcEndpoints answers).
 */
export interface Region {
  readonly regionName: string
  /** The part of zone ids before `-az`: `use1`. */
  readonly zoneIdPrefix: string
  /** One letter per zone: `abcdef` in us-east-1. */
  readonly zoneLetters: string
  /** What DescribeRegions with geography calls the place. */
  readonly longName: string
  /** CanonicalHostedZoneId of network load balancers. */
  readonly nlbHostedZoneId: string
  /** Hosted zone of REGION.vpce.amazonaws.com. */
  readonly vpceHostedZoneId: string
}

export interface Zone {
  /** `us-east-1a`. */
  readonly zoneName: string
  /** `use1-az1`: the same physical place for every account. */
  readonly zoneId: string
  readonly regionName: string
  readonly groupName: string
}

function region(
  regionName: string,
  zoneIdPrefix: string,
  zoneLetters: string,
  longName: string,
  nlbHostedZoneId: string,
  vpceHostedZoneId: string,
): Region {
  return { regionName, zoneIdPrefix, zoneLetters, longName, nlbHostedZoneId, vpceHostedZoneId }
}

export const regions: readonly Region[] = [
  region('ap-northeast-1', 'apne1', 'abc', 'Asia Pacific (Tokyo)', 'Z31USIVHYNEOWT', 'Z2E726K9Y6RL4W'),
  region('ap-northeast-2', 'apne2', 'abcd', 'Asia Pacific (Seoul)', 'ZIBE1TIR4HY56', 'Z27UANNT0PRK1T'),
  region('ap-northeast-3', 'apne3', 'abc', 'Asia Pacific (Osaka)', 'Z1GWIQ4HH19I5X', 'Z376B5OMM2JZL2'),
  region('ap-south-1', 'aps1', 'abc', 'Asia Pacific (Mumbai)', 'ZVDDRBQ08TROA', 'Z2KVTB3ZLFM7JR'),
  region('ap-southeast-1', 'apse1', 'abc', 'Asia Pacific (Singapore)', 'ZKVM4W9LS7TM', 'Z18LLCSTV4NVNL'),
  region('ap-southeast-2', 'apse2', 'abc', 'Asia Pacific (Sydney)', 'ZCT6FZBF4DROD', 'ZDK2GCRPAFKGO'),
  region('ca-central-1', 'cac1', 'abc', 'Canada (Central)', 'Z2EPGBW3API2WT', 'ZRCXCF510Y6P9'),
  region('eu-central-1', 'euc1', 'abc', 'Europe (Frankfurt)', 'Z3F0SRJ5LGBH90', 'Z273ZU8SZ5RJPC'),
  region('eu-north-1', 'eun1', 'abc', 'Europe (Stockholm)', 'Z1UDT6IFJ4EJM', 'Z3OWWK6JFDEDGC'),
  region('eu-west-1', 'euw1', 'abc', 'Europe (Ireland)', 'Z2IFOLAFXWLO4F', 'Z38GZ743OKFT7T'),
  region('eu-west-2', 'euw2', 'abc', 'Europe (London)', 'ZD4D7Y8KGAS4G', 'Z7K1066E3PUKB'),
  region('eu-west-3', 'euw3', 'abc', 'Europe (Paris)', 'Z1CMS0P5QUZ6D5', 'Z1DWHTMFP0WECP'),
  region('sa-east-1', 'sae1', 'abc', 'South America (Sao Paulo)', 'ZTK26PT1VY4CU', 'Z2LXUWEVLCVZIB'),
  region('us-east-1', 'use1', 'abcdef', 'US East (N. Virginia)', 'Z26RNL4JYFTOTI', 'Z7HUB22UULQXV'),
  region('us-east-2', 'use2', 'abc', 'US East (Ohio)', 'ZLMOA37VPKANP', 'ZC8PG0KIFKBRI'),
  region('us-west-1', 'usw1', 'abc', 'US West (N. California)', 'Z24FKFUX50B4VW', 'Z12I86A8N7VCZO'),
  region('us-west-2', 'usw2', 'abcd', 'US West (Oregon)', 'Z18D5FSROUN65G', 'Z1YSA3EXCYUU9Z'),
]

const regionsByName = new Map(regions.map((r) => [r.regionName, r]))

export function regionOf(regionName: string): Region | undefined {
  return regionsByName.get(regionName)
}

/**
 * Which physical zone a zone letter means: a is az1, b is az2, for every account.
 *
 * On AWS the letters are shuffled per account (and us-west-1 and others miss numbers), which is why services are matched
 * by zone id. Everything that maps a name to an id comes through here, so a shuffle would be made here and nowhere else.
 */
function zoneNumber(letterIndex: number): number {
  return letterIndex + 1
}

function makeZones({ regionName, zoneIdPrefix, zoneLetters }: Region): readonly Zone[] {
  return [...zoneLetters].map((letter, index) => ({
    zoneName: `${regionName}${letter}`,
    zoneId: `${zoneIdPrefix}-az${zoneNumber(index)}`,
    regionName,
    groupName: `${regionName}-zg-1`,
  }))
}

const zonesByRegion = new Map(regions.map((r) => [r.regionName, makeZones(r)]))

/** The zones of a Region in the order of their letters; empty for an unknown Region. */
export function zonesOf(regionName: string): readonly Zone[] {
  return zonesByRegion.get(regionName) ?? []
}

/** A zone of this Region by its name (`us-east-1a`). */
export function zoneOf(regionName: string, zoneName: string | undefined): Zone | undefined {
  return zonesOf(regionName).find((zone) => zone.zoneName === zoneName)
}

/** A zone of this Region by its id (`use1-az1`). */
export function zoneWithId(regionName: string, zoneId: string | undefined): Zone | undefined {
  return zonesOf(regionName).find((zone) => zone.zoneId === zoneId)
}

/** The domain of instances' private names: `ec2.internal` in us-east-1, `eu-west-1.compute.internal` elsewhere. */
export function internalDomain(regionName: string): string {
  return regionName === 'us-east-1' ? 'ec2.internal' : `${regionName}.compute.internal`
}

/** The private name of an address: `ip-10-0-1-10.ec2.internal`. */
export function privateDnsName(privateIp: string, regionName: string): string {
  return `ip-${privateIp.replaceAll('.', '-')}.${internalDomain(regionName)}`
}
