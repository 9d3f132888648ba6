/** How a service's clients write requests and read answers. */
export type ProtocolName = 'ec2Query' | 'awsQuery' | 'awsJson1_1'

/** One AWS service as the server needs it; everything else about it comes from the SDK's schemas. */
export interface AwsService {
  /** Name in the SigV4 credential scope: `ec2`, `elasticloadbalancing`, `sts`, `iam`, `organizations`. */
  readonly signingName: string
  readonly protocol: ProtocolName
  /** API version on the wire, e.g. `2016-11-15`. */
  readonly version: string
  /** The xmlns of answers (query protocols). */
  readonly xmlNamespace: string
  /** Target prefix of `X-Amz-Target` (json protocols), e.g. `AWSOrganizationsV20161128`. */
  readonly targetPrefix?: string
  /** The SDK client module: its exports that end in `$` are the schemas. */
  readonly sdk: Readonly<Record<string, unknown>>
}

/** Who signed a request; what `api/` makes of an access key. */
export interface Principal {
  readonly accountId: string
  /** `arn:aws:iam::ACCOUNT:root`, `…:user/PATH/NAME`, or `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`, `…:federated-user/NAME`. */
  readonly arn: string
  /** What GetCallerIdentity calls UserId. */
  readonly userId: string
  readonly type: 'Root' | 'User' | 'AssumedRole' | 'FederatedUser'
  /** The IAM user; of a federated user, the one who asked for it. Absent where that was the root user. */
  readonly user?: { readonly userId: string; readonly userName: string }
  /** Of an assumed role: `arn:aws:iam::ACCOUNT:role/NAME`. */
  readonly roleArn?: string
  /** Session policies given to AssumeRole or GetFederationToken, as documents. */
  readonly sessionPolicies?: readonly string[]
  /** Managed policies given in the same way. */
  readonly sessionPolicyArns?: readonly string[]
  /** Tags given to the session; they come before those of its role or user. */
  readonly sessionTags?: Readonly<Record<string, string>>
  /** Keys of those tags that go with every later session of the chain. */
  readonly transitiveTagKeys?: readonly string[]
  /** Epoch milliseconds; temporary credentials only. */
  readonly issuedAt?: number
  /** SourceIdentity given to the first AssumeRole of a chain; it goes with every later session. */
  readonly sourceIdentity?: string
}

/** What the server asks for to verify a signature. */
export interface Credential {
  readonly secretAccessKey: string
  readonly principal: Principal
  /** Epoch milliseconds; temporary credentials only. */
  readonly expiresAt?: number
}

export type CredentialLookup = (
  accessKeyId: string,
  sessionToken: string | undefined,
) => Credential | 'bad-token' | undefined

/** A request after decoding and authentication, as `dispatch` receives it. */
export interface AwsRequest {
  readonly service: AwsService
  /** `CreateVpcEndpoint`. */
  readonly operation: string
  /** The SDK's input type for the operation; required members and types have been checked against the schema. */
  readonly input: Readonly<Record<string, unknown>>
  readonly principal: Principal
  /** From the credential scope. */
  readonly region: string
  readonly requestId: string
  readonly sourceIp: string
}

/** Runs one operation; throws AwsError. The result is the SDK's output type. */
export type Dispatch = (request: AwsRequest) => Promise<object>
