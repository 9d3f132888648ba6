/**
 * The images that DescribeImages knows: names that configurations look for, and nothing behind them. An instance is a
 * network namespace with the host's own files, whichever image it was launched from.
 *
 * Names, owners and descriptions have the form of the public images of AWS and Canonical; dates and ids are ours. They are
 * the same in every Region but for the id.
 */
export interface Image {
  readonly name: string
  readonly description: string
  readonly ownerId: string
  /** `amazon`, for AWS's own. */
  readonly ownerAlias?: string
  readonly architecture: 'x86_64' | 'arm64'
  /** ISO 8601. */
  readonly createdAt: string
  readonly rootDeviceName: string
}

const amazon = { ownerId: '137112412989', ownerAlias: 'amazon', rootDeviceName: '/dev/xvda' } as const
const canonical = { ownerId: '099720109477', rootDeviceName: '/dev/sda1' } as const

export const images: readonly Image[] = [
  ...(['x86_64', 'arm64'] as const).map((architecture) => ({
    ...amazon,
    name: `al2023-ami-2023.9.20251105.0-kernel-6.1-${architecture}`,
    description: `Amazon Linux 2023 AMI 2023.9.20251105.0 ${architecture} HVM kernel-6.1`,
    architecture,
    createdAt: '2025-11-05T00:00:00.000Z',
  })),
  {
    ...amazon,
    name: 'amzn2-ami-hvm-2.0.20251031.1-x86_64-gp2',
    description: 'Amazon Linux 2 AMI 2.0.20251031.1 x86_64 HVM gp2',
    architecture: 'x86_64',
    createdAt: '2025-10-31T00:00:00.000Z',
  },
  {
    ...canonical,
    name: 'ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20251015',
    description: 'Canonical, Ubuntu, 22.04 LTS, amd64 jammy image',
    architecture: 'x86_64',
    createdAt: '2025-10-15T00:00:00.000Z',
  },
  ...(['amd64', 'arm64'] as const).map((name) => ({
    ...canonical,
    name: `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${name}-server-20251015`,
    description: `Canonical, Ubuntu, 24.04, ${name} noble image`,
    architecture: name === 'amd64' ? ('x86_64' as const) : name,
    createdAt: '2025-10-15T00:00:00.000Z',
  })),
]
