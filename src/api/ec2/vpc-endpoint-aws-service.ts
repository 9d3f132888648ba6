import { createHash } from 'node:crypto'
import type { ServiceDetail, ServiceType } from '@aws-sdk/client-ec2'
import { zonesOf } from '../../resource/geography.ts'

/**
 * The endpoint services that AWS itself runs, as DescribeVpcEndpointServices lists them.
 *
 * Clients look them up: Terraform's data source turns `service = "s3"` into a name by this list, and modules loop over it.
 * None of them is here, so an endpoint to one is refused (create-vpc-endpoint.ts). The names are those that every Region
 * has; the ids are made of the names, so that they are the same wherever and whenever they are asked for.
 */
export interface AwsService {
  /** `vpce-svc-…`, made of name and type. */
  readonly serviceId: string
  readonly serviceName: string
  readonly serviceType: Extract<ServiceType, 'Interface' | 'Gateway'>
  /** What private DNS gives to a VPC, the most telling first; a gateway has none. */
  readonly privateDnsNames: readonly string[]
  readonly baseDnsName: string
}

/**
 * Last part of the service name → host names before `.REGION.amazonaws.com`, where they differ from it. `*.` stands where
 * each customer or resource has a name of its own.
 */
const interfaceServices: Readonly<Record<string, readonly string[]>> = {
  'access-analyzer': [],
  'acm-pca': [],
  'application-autoscaling': [],
  athena: [],
  autoscaling: [],
  backup: [],
  'bedrock-runtime': [],
  bedrock: [],
  cloudformation: [],
  cloudtrail: [],
  codeartifact: ['codeartifact.api'],
  codebuild: [],
  codecommit: [],
  codedeploy: [],
  codepipeline: [],
  config: [],
  datasync: [],
  dynamodb: [],
  ebs: [],
  ec2: [],
  ec2messages: [],
  'ecr.api': ['api.ecr'],
  'ecr.dkr': ['*.dkr.ecr'],
  ecs: [],
  'ecs-agent': ['ecs-a'],
  'ecs-telemetry': ['ecs-t'],
  eks: [],
  'eks-auth': [],
  elasticache: [],
  elasticbeanstalk: [],
  elasticfilesystem: [],
  elasticloadbalancing: [],
  elasticmapreduce: [],
  events: [],
  'execute-api': ['*.execute-api'],
  fsx: [],
  glue: [],
  guardduty: [],
  'guardduty-data': [],
  imagebuilder: [],
  inspector2: [],
  'kinesis-firehose': ['firehose'],
  'kinesis-streams': ['kinesis'],
  kms: [],
  lakeformation: [],
  lambda: [],
  'license-manager': [],
  logs: [],
  macie2: [],
  monitoring: [],
  organizations: [],
  rds: [],
  'rds-data': [],
  redshift: [],
  'redshift-data': [],
  rekognition: [],
  rolesanywhere: [],
  s3: ['*.s3', 's3', '*.s3-accesspoint', 's3-accesspoint', '*.s3-control', 's3-control'],
  'sagemaker.api': ['api.sagemaker'],
  'sagemaker.runtime': ['runtime.sagemaker'],
  secretsmanager: [],
  securityhub: [],
  servicecatalog: [],
  servicediscovery: [],
  sns: [],
  sqs: [],
  ssm: [],
  'ssm-contacts': [],
  'ssm-incidents': [],
  ssmmessages: [],
  states: [],
  storagegateway: [],
  sts: [],
  'sync-states': [],
  synthetics: [],
  textract: [],
  transcribe: [],
  transfer: [],
  'transfer.server': ['*.server.transfer'],
  workspaces: [],
  xray: [],
}

const gatewayServices = ['dynamodb', 's3'] as const

/** DynamoDB's interface endpoints have no private name: the gateway answers for the ordinary one. */
const withoutPrivateName: ReadonlySet<string> = new Set(['dynamodb'])

/** All of a Region, in the order of their names. */
export function awsServicesOf(region: string): readonly AwsService[] {
  const known = servicesByRegion.get(region)
  if (known) return known
  if (zonesOf(region).length === 0) return []
  const gateways = gatewayServices.map(
    (name): AwsService => ({
      ...identified(`com.amazonaws.${region}.${name}`, 'Gateway'),
      privateDnsNames: [],
      baseDnsName: `${name}.${region}.amazonaws.com`,
    }),
  )
  const interfaces = Object.entries(interfaceServices).map(
    ([name, hosts]): AwsService => ({
      ...identified(`com.amazonaws.${region}.${name}`, 'Interface'),
      privateDnsNames: withoutPrivateName.has(name)
        ? []
        : (hosts.length > 0 ? hosts : [name]).map((host) => `${host}.${region}.amazonaws.com`),
      baseDnsName: `${(hosts[0] ?? name).replace('*.', '')}.${region}.vpce.amazonaws.com`,
    }),
  )
  const textOf = ({ serviceName, serviceType }: AwsService) => `${serviceName} ${serviceType}`
  const services = [...gateways, ...interfaces].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1))
  servicesByRegion.set(region, services)
  return services
}

function identified(serviceName: string, serviceType: AwsService['serviceType']) {
  const digest = createHash('sha256').update(`${serviceName} ${serviceType}`).digest('hex')
  return { serviceId: `vpce-svc-0${digest.slice(0, 16)}`, serviceName, serviceType }
}

const servicesByRegion = new Map<string, readonly AwsService[]>()

/** Those of this name: S3 and DynamoDB have two, a gateway and an interface. */
export function awsServicesNamed(region: string, serviceName: string): readonly AwsService[] {
  return awsServicesOf(region).filter((service) => service.serviceName === serviceName)
}

/** One of AWS's services as everybody sees it. */
export function describeAwsService(region: string, service: AwsService): ServiceDetail {
  const { serviceId, serviceName, serviceType, privateDnsNames, baseDnsName } = service
  const zones = zonesOf(region)
  return {
    ServiceName: serviceName,
    ServiceId: serviceId,
    ServiceType: [{ ServiceType: serviceType }],
    ServiceRegion: region,
    AvailabilityZoneIds: zones.map(({ zoneId }) => zoneId),
    AvailabilityZones: zones.map(({ zoneName }) => zoneName),
    Owner: 'amazon',
    BaseEndpointDnsNames: [baseDnsName],
    ...(privateDnsNames.length > 0 && {
      PrivateDnsName: privateDnsNames[0],
      PrivateDnsNames: privateDnsNames.map((PrivateDnsName) => ({ PrivateDnsName })),
      PrivateDnsNameVerificationState: 'verified' as const,
    }),
    VpcEndpointPolicySupported: true,
    AcceptanceRequired: false,
    ManagesVpcEndpoints: false,
    Tags: [],
    SupportedIpAddressTypes: ['ipv4'],
  }
}
