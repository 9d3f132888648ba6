import { createHash } from 'node:crypto'
import type { DescribeImagesRequest, DescribeImagesResult, Image as WireImage } from '@aws-sdk/client-ec2'
import { type Image, images } from '../../resource/image.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { imageNotFound } from './errors-instance.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { paginate, refuseIdsWithMaxResults } from './pagination.ts'

interface ImageHere extends Image {
  readonly imageId: string
}

const none = () => undefined

const filters: FilterTable<ImageHere> = {
  architecture: (image) => image.architecture,
  'block-device-mapping.delete-on-termination': none,
  'block-device-mapping.device-name': none,
  'block-device-mapping.encrypted': none,
  'block-device-mapping.snapshot-id': none,
  'block-device-mapping.volume-size': none,
  'block-device-mapping.volume-type': none,
  'creation-date': (image) => image.createdAt,
  description: (image) => image.description,
  'ena-support': () => 'true',
  hypervisor: () => 'xen',
  'image-allowed': () => 'true',
  'image-id': (image) => image.imageId,
  'image-type': () => 'machine',
  'is-public': () => 'true',
  'kernel-id': none,
  'manifest-location': locationOf,
  name: (image) => image.name,
  'owner-alias': (image) => image.ownerAlias,
  'owner-id': (image) => image.ownerId,
  platform: none,
  'product-code': none,
  'product-code.type': none,
  'ramdisk-id': none,
  'root-device-name': (image) => image.rootDeviceName,
  'root-device-type': () => 'ebs',
  'source-image-id': none,
  'source-image-region': none,
  'source-instance-id': none,
  'sriov-net-support': () => 'simple',
  state: () => 'available',
  'state-reason-code': none,
  'state-reason-message': none,
  'virtualization-type': () => 'hvm',
}

/**
 * Source: EC2 API Reference, DescribeImages.
 *
 * @throws InvalidAMIID.NotFound, InvalidAMIID.Malformed, InvalidParameterValue, InvalidParameterCombination
 */
export const describeImages: Operation<DescribeImagesRequest, DescribeImagesResult> = {
  action: 'ec2:DescribeImages',
  kind: 'read',
  missing: [
    'a handful of names that configurations look for (Amazon Linux 2 and 2023, Ubuntu 22.04 and 24.04), under ids of ours; RunInstances takes every well-formed id, and no image is more than a name',
    'images cannot be made or shared; they show no disks',
  ],

  handle(input, ctx) {
    refuseIdsWithMaxResults(input.ImageIds, 'imagesSet', input)
    const found = applyFilters(wantedImages(input, ctx), input.Filters, filters, () => [], errors.unknownFilter)
    const { page, nextToken } = paginate(found, input, { max: 1000, idOf: (image) => image.imageId })
    return { Images: page.map(describeImage), NextToken: nextToken }
  },
}

function wantedImages(input: DescribeImagesRequest, { accountId, region }: OperationContext): readonly ImageHere[] {
  const here = images.map((image) => ({ ...image, imageId: imageIdOf(image, region) }))
  const ids = input.ImageIds ?? []
  for (const id of ids) if (!/^ami-[0-9a-f]+$/.test(id)) throw errors.malformedImageId(id)
  const unknown = ids.filter((id) => !here.some((image) => image.imageId === id))
  if (unknown.length > 0) throw imageNotFound(unknown)
  const owners = (input.Owners ?? []).map((owner) => (owner === 'self' ? accountId : owner))
  return here.filter(
    (image) =>
      (ids.length === 0 || ids.includes(image.imageId)) &&
      (owners.length === 0 || owners.includes(image.ownerId) || owners.includes(image.ownerAlias ?? '')),
  )
}

/** As on AWS, an image has another id in each Region, and always the same. */
function imageIdOf({ name }: Image, region: string): string {
  return `ami-0${createHash('sha256').update(`${region} ${name}`).digest('hex').slice(0, 16)}`
}

function locationOf({ name, ownerAlias, ownerId }: Image): string {
  return `${ownerAlias ?? ownerId}/${name}`
}

function describeImage(image: ImageHere): WireImage {
  return {
    ImageId: image.imageId,
    Name: image.name,
    Description: image.description,
    OwnerId: image.ownerId,
    ...(image.ownerAlias && { ImageOwnerAlias: image.ownerAlias }),
    ImageLocation: locationOf(image),
    CreationDate: image.createdAt,
    Architecture: image.architecture,
    ImageType: 'machine',
    Public: true,
    State: 'available',
    PlatformDetails: 'Linux/UNIX',
    UsageOperation: 'RunInstances',
    RootDeviceType: 'ebs',
    RootDeviceName: image.rootDeviceName,
    BlockDeviceMappings: [],
    EnaSupport: true,
    Hypervisor: 'xen',
    SriovNetSupport: 'simple',
    VirtualizationType: 'hvm',
    Tags: [],
  }
}
